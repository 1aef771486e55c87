import type { INodeParameters } from 'n8n-workflow';

import { resetProcessState } from '../../client/process/processState';
import { setStage, type Stage } from '../harness/account.cts';
import { drawForm, filledForm } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';
import { BLOCK_IDS, credentialAgent } from '../emulator/agents';
import { blocks, putBlock } from '../emulator/blocks/index.cts';
import type { Account, CredentialType } from '../emulator/index.cts';

/** The same agent with a credential that it can do without. */
const modestAgent: typeof credentialAgent = {
	...credentialAgent,
	nodes: credentialAgent.nodes.map((node) =>
		node.id === 'ai' ? { ...node, metadata: { credentials_optional: true } } : node,
	),
};

describe('Credentials of an agent', () => {
	let stage: Stage;
	let account: Account;
	let key: string;
	let agentId: string;
	let field: string;

	beforeAll(async () => {
		stage = await setStage();
	});

	beforeEach(async () => {
		account = stage.emulator.createAccount();
		key = account.createKey();
		({ agentId } = account.createAgent(credentialAgent));
		const { fields } = await drawForm(stage, rl(agentId), key);
		field = (fields.at(-1)?.id ?? '').replace('credential:', '');
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const start = async (parameters: INodeParameters, other = key, items = 1) =>
		await stage.run(
			{
				resource: 'agent',
				operation: 'start',
				simplify: false,
				agentId: rl(agentId),
				...parameters,
			},
			{ key: other, items: Array.from({ length: items }, () => ({ json: {} })) },
		);

	const form = (value: Record<string, string> = {}) => filledForm({ prompt: 'Hi', ...value });

	const json = (credentials: unknown) => ({
		inputsMode: 'json',
		inputsJson: '{"prompt":"Hi"}',
		credentialsMode: 'json',
		credentialsJson: JSON.stringify(credentials),
	});

	it('are filled without asking when only one fits, with nothing read twice for all items', async () => {
		const { id } = account.addCredential({ provider: 'openai', title: 'Mine' });
		account.addCredential({ provider: 'github', title: 'Other' });
		account.addCredential({ provider: 'openai', type: 'oauth2', title: 'Wrong type' });
		// What the form has read is none of what is counted.
		resetProcessState();
		const before = stage.emulator.requests.length;
		const { items, error } = await start(form(), key, 3);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(3);
		for (const item of items) {
			expect(item.json.credentials_inputs).toMatchObject({ [field]: { id, provider: 'openai' } });
		}
		const asked = stage.emulator.requests
			.slice(before)
			.filter(({ path }) => /\/credentials|\/graphs/.test(path));
		// The graph and its blocks show whether an input decides on the provider.
		const read = asked.map(({ path }) => /[^/?]+(?=\?|$)/.exec(path)?.[0]);
		expect(read).toEqual(['credentials', expect.any(String), 'blocks']);
	});

	it('are asked for in the form, which tucks the only one away', async () => {
		const shown = async () => (await drawForm(stage, rl(agentId), key)).fields.at(-1);
		expect(await shown()).toMatchObject({
			displayName: 'None for anthropic or openai',
			options: [{ name: 'None', value: 'none', description: `Leaves '${field}' out` }],
		});
		const { id } = account.addCredential({ provider: 'openai', title: 'Mine' });
		expect(await shown()).toMatchObject({
			displayName: 'anthropic or openai',
			removed: true,
			required: false,
		});
		account.addCredential({ provider: 'anthropic', title: 'Claude' });
		const field2 = await shown();
		expect(field2).toMatchObject({ removed: false, required: true, type: 'options' });
		expect(field2?.displayName).toBe('anthropic or openai *');
		expect(field2?.options).toContainEqual({ name: 'Mine (openai, API key)', value: id });
		const blind = account.createKey({ scopes: ['READ_LIBRARY'] });
		const { fields } = await drawForm(stage, rl(agentId), blind);
		expect(fields.map(({ id: name }) => name)).toEqual(['prompt']);
	});

	it('are chosen by the user when several fit', async () => {
		account.addCredential({ provider: 'openai', title: 'Mine' });
		const { id } = account.addCredential({ provider: 'anthropic', title: 'Claude' });
		const { error } = await start(form());
		expect(error?.message).toBe(
			`Agent 'Credential agent' needs a choice of credential for: ${field}`,
		);
		expect(error?.description).toContain(`Claude (anthropic, API key) with the ID ${id}`);
		expect(account.runs()).toEqual([]);
		const whole = { id, provider: 'anthropic', type: 'api_key' };
		for (const choice of [
			form({ [`credential:${field}`]: id }),
			json({ [field]: id }),
			json({ [field]: whole }),
		]) {
			const { items } = await start(choice);
			expect(items[0]?.json.credentials_inputs).toMatchObject({ [field]: whole });
		}
	});

	it('are keys too where only OAuth2 is asked for scopes', async () => {
		const plain = blocks.get(BLOCK_IDS.ai)!;
		const types: CredentialType[] = ['api_key', 'oauth2'];
		const scoped = { providers: ['github'], types, scopes: ['repo'] };
		putBlock({ ...plain, credentials: { credentials: scoped } });
		try {
			({ agentId } = account.createAgent(credentialAgent));
			account.addCredential({ provider: 'github', type: 'oauth2', scopes: ['user'] });
			const missing = await start(json({}));
			expect(missing.error?.description).toContain('api_key or oauth2 (with repo) of github');
			const { id } = account.addCredential({ provider: 'github', title: 'Key' });
			const { items, error } = await start(json({}));
			expect(error).toBeUndefined();
			expect(Object.values(items[0]?.json.credentials_inputs ?? {})).toMatchObject([{ id }]);
		} finally {
			putBlock(plain);
		}
	});

	it('are reported missing before anything is started', async () => {
		const { error } = await start(form());
		expect(error?.message).toBe(`Agent 'Credential agent' has no fitting credential for: ${field}`);
		expect(error?.description).toContain('api_key of anthropic or openai');
		expect(error?.description).toContain(stage.emulator.webUrl);
		expect(account.runs()).toEqual([]);
	});

	it('may be left out where the agent can do without', async () => {
		({ agentId } = account.createAgent(modestAgent));
		expect((await start(form())).error).toBeUndefined();
		const blind = account.createKey({ scopes: ['READ_LIBRARY', 'RUN_AGENT', 'READ_INTEGRATIONS'] });
		expect((await start(form(), blind)).error?.message).toContain('no fitting credential');
		account.addCredential({ provider: 'openai' });
		const { items } = await start(form({ [`credential:${field}`]: 'none' }), blind);
		expect(items[0]?.json.credentials_inputs ?? {}).toEqual({});
	});

	it('are not asked after without the permission', async () => {
		const { id } = account.addCredential({ provider: 'openai' });
		const blind = account.createKey({ scopes: ['READ_LIBRARY', 'RUN_AGENT'] });
		const whole = { id, provider: 'openai', type: 'api_key' };
		expect((await start(json({ [field]: whole }), blind)).error).toBeUndefined();
		expect((await start(json({ [field]: id }), blind)).error?.description).toContain(
			'READ_INTEGRATIONS',
		);
		stage.emulator.mode.missingCredential = 'failBlock';
		expect((await start(json({}), blind)).error).toBeUndefined();
		stage.emulator.mode.missingCredential = 'refuse';
	});

	it.each([
		[{ nobody: 'x' }, 'has no credential field: nobody'],
		[{ prompt: 5 }, "'prompt' does not name a credential"],
		['[]', "'Agent Credentials' is not a JSON object"],
	])('are checked: %j', async (credentials, message) => {
		account.addCredential({ provider: 'openai' });
		const { error } = await start({
			...json({}),
			credentialsMode: 'json',
			credentialsJson: typeof credentials === 'string' ? credentials : JSON.stringify(credentials),
		});
		expect(error?.message).toContain(message);
		expect(account.runs()).toEqual([]);
	});
});
