import type { INode, INodeParameters } from 'n8n-workflow';

import { credentialAgent, greetingAgent } from '../emulator/agents';
import { setStage, type Stage } from '../harness/account.cts';
import { drawCredentialForm } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';

describe('Agent Credentials as a form where the inputs are JSON', () => {
	let stage: Stage;
	let agentId: string;
	let graphId: string;
	let mine: string;
	let other: string;

	beforeAll(async () => {
		stage = await setStage();
		({ agentId, graphId } = stage.account.createAgent(credentialAgent));
		mine = stage.account.addCredential({ provider: 'openai', title: 'Mine' }).id;
		other = stage.account.addCredential({ provider: 'openai', title: 'Other' }).id;
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const start = async (more: INodeParameters, settings: Partial<INode> = {}) => {
		const { items, error } = await stage.run(
			{
				...{ resource: 'agent', operation: 'start', agentId: rl(agentId) },
				...{ inputsMode: 'json', inputsJson: '{"prompt":"Hi"}', simplify: false, ...more },
			},
			{ settings },
		);
		return error?.message ?? items[0]?.json.credentials_inputs;
	};
	const form = (value: INodeParameters) => ({
		agentCredentials: { mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] },
	});
	const draw = async (parameters: INodeParameters, key?: string) =>
		await drawCredentialForm(stage, parameters, key);
	const fieldOf = async () => {
		const { fields } = await draw({ agentId: rl(agentId) });
		const [field] = fields;
		if (!field) throw new Error('The form has no field');
		return field;
	};

	it('has a field for each credential, with those that fit', async () => {
		const field = await fieldOf();
		expect(field).toMatchObject({ required: true, type: 'options' });
		expect(field.options?.map(({ value }) => value)).toEqual([mine, other, 'none']);
		expect(await draw({ graphId: rl(graphId) })).toMatchObject({ fields: [field] });
	});

	it('says so where there is none, and what to do where none can be shown', async () => {
		const { agentId: plain } = stage.account.createAgent(greetingAgent);
		expect((await draw({ agentId: rl(plain) })).emptyFieldsNotice).toContain(
			'takes no credentials',
		);
		const chosen = await draw({ agentId: rl('={{ $json.agent }}') });
		expect(chosen.emptyFieldsNotice).toContain('choose JSON under');
		const listing = rl('emulator-creator/greeting-agent');
		const listed = await draw({ marketplaceAgent: listing });
		expect(listed).toMatchObject({ fields: [] });
		expect(listed.emptyFieldsNotice).toContain('Marketplace Agent &#62; Add to Library');
		const key = stage.account.createKey({ scopes: ['READ_LIBRARY'] });
		const unread = await draw({ agentId: rl(agentId) }, key);
		expect(unread.emptyFieldsNotice).toContain('READ_INTEGRATIONS');
	});

	it('decides which credential the agent works with', async () => {
		const { id } = await fieldOf();
		const [, name = ''] = id.split(':');
		expect(await start(form({ [id]: other }))).toMatchObject({ [name]: { id: other } });
		expect(await start(form({ [id]: mine }))).toMatchObject({ [name]: { id: mine } });
	});

	it('asks for a choice where none was made, as the JSON does', async () => {
		expect(await start({})).toContain('needs a choice of credential');
		const byJson = { credentialsMode: 'json', credentialsJson: '{}' };
		expect(await start(byJson)).toContain('needs a choice of credential');
	});

	it('is JSON in saved nodes', async () => {
		const { id } = await fieldOf();
		const [, name = ''] = id.split(':');
		const credentialsJson = JSON.stringify({ [name]: other });
		const saved = await start({ credentialsJson }, { typeVersion: 1 });
		expect(saved).toMatchObject({ [name]: { id: other } });
	});
});
