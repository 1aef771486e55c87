import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { permissionWords } from '../../client/contract/permissions';
import { failureOf, setStage, type Stage } from '../harness/account.cts';
import { drawListedForm, filledForm } from '../harness/form.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { rl } from '../harness/locator.cts';
import { CONTINUE } from '../harness/waiting.cts';
import { greetingAgent } from '../emulator/agents';
import { Client } from '../emulator/client.cts';
import type { Schemas } from '../emulator/index.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

const LISTING = 'emulator-creator/greeting-agent';

describe('Marketplace Agent: Run and Wait', () => {
	let stage: Stage;

	beforeEach(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const use = (
		parameters: INodeParameters = {},
		marketplaceAgent: INodeParameters = rl(LISTING),
	): INodeParameters => ({
		...{ resource: 'marketplaceAgent', operation: 'runAndWait', marketplaceAgent },
		...{ inputsMode: 'json', inputsJson: '={{ JSON.stringify($json) }}' },
		...parameters,
	});
	const people = (...names: string[]): INodeExecutionData[] =>
		names.map((name) => ({ json: { name } }));
	const asked = (method: string, path: RegExp) =>
		stage.emulator.requests.filter((one) => one.method === method && path.test(one.path));
	const added = () => asked('POST', /\/add-to-library$|\/marketplace\/agents\//);
	const starts = () => asked('POST', /\/library\/agents\/[\w-]+\/runs$/);
	const greetings = (items: INodeExecutionData[]) =>
		items.map(({ json }) => (json.outputs as { greeting?: string } | undefined)?.greeting);
	const library = async () => {
		const client = new Client(stage.emulator, stage.account);
		return (await client.get<{ items: Schemas['LibraryAgent'][] }>('/library/agents')).body.items;
	};

	it('adds the agent to the library once for all items, and says so', async () => {
		const items = people('Ada', 'Bob', 'Cy');
		const { items: rows, hints, error } = await stage.run(use(), { items });
		expect(error).toBeUndefined();
		expect(greetings(rows)).toEqual(['Hello, Ada!', 'Hello, Bob!', 'Hello, Cy!']);
		expect(rows.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		expect(hints).toMatchObject([
			{ message: "'Greeting agent' was added to your AutoGPT library.", type: 'info' },
		]);
		expect(added()).toHaveLength(1);
		const [agent] = await library();
		expect(rows[0]?.json).toMatchObject({ agent_id: agent?.id, graph_id: agent?.graph_id });
	});

	it('runs the agent that the library has, without a write and without a hint', async () => {
		await stage.run(use(), { items: people('Ada') });
		stage.emulator.requests.length = 0;
		const scopes = ['READ_LIBRARY', 'RUN_AGENT', 'READ_RUN', 'READ_INTEGRATIONS'] as const;
		const key = stage.account.createKey({ scopes: [...scopes] });
		const { items, hints, error } = await stage.run(use(), { items: people('Bob'), key });
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(['Hello, Bob!']);
		expect(hints).toEqual([]);
		expect(added()).toEqual([]);
		expect(await library()).toHaveLength(1);
	});

	it('adds one agent for two executions at once', async () => {
		const both = ['Ada', 'Bob'].map(
			async (name) => await stage.run(use(), { items: people(name) }),
		);
		for (const { error } of await Promise.all(both)) expect(error).toBeUndefined();
		expect(added()).toHaveLength(1);
		expect(stage.account.runs()).toHaveLength(2);
	});

	it('finds the agent after a lost answer, and starts one run', async () => {
		const listing = /\/marketplace\/agents\//;
		stage.emulator.faults.add({ method: 'POST', path: listing, kind: { after: 'drop' } });
		stage.emulator.faults.add({ method: 'POST', path: /\/runs$/, kind: { after: 'drop' } });
		const { items, error } = await stage.run(use(), { items: people('Ada') });
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(['Hello, Ada!']);
		expect(added()).toHaveLength(1);
		expect(stage.account.runs()).toHaveLength(1);
	});

	it('starts nothing while it is unclear whether the agent was added; a retry looks first', async () => {
		const listing = /\/marketplace\/agents\//;
		stage.emulator.faults.add({ method: 'POST', path: listing, kind: { before: 'drop' } });
		const once = await stage.run(use(), { items: people('Ada') });
		expect(once.error?.message).toContain('added to your library is not certain');
		expect(starts()).toEqual([]);
		stage.emulator.faults.add({ method: 'POST', path: listing, kind: { before: 'drop' } });
		const { items, error } = await stage.run(use(), {
			items: people('Ada'),
			settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
		});
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(['Hello, Ada!']);
		expect(stage.account.runs()).toHaveLength(1);
	});

	it.each(['READ_LIBRARY', 'WRITE_LIBRARY', 'RUN_AGENT'] as const)(
		'names the permission %s when the key lacks it',
		async (lacking) => {
			const all = [
				...(['READ_LIBRARY', 'WRITE_LIBRARY', 'RUN_AGENT', 'READ_RUN'] as const),
				'READ_INTEGRATIONS' as const,
			];
			const key = stage.account.createKey({ scopes: all.filter((scope) => scope !== lacking) });
			const { error } = await stage.run(use(), { items: people('Ada'), key });
			expect(error?.message).toContain(`needs the permission ${permissionWords(lacking)}`);
			expect(stage.account.runs()).toEqual([]);
		},
	);

	it('fails the items that name nobody, and runs the others', async () => {
		const names = [LISTING, 'nobody/nothing', LISTING.toUpperCase()];
		const items = names.map((listing) => ({ json: { name: 'Ada', listing } }));
		const parameters = use(
			{ inputsJson: '={{ JSON.stringify({ name: $json.name }) }}' },
			rl('={{ $json.listing }}'),
		);
		const { items: rows } = await stage.run(parameters, { items, ...CONTINUE });
		expect(greetings(rows)).toEqual(['Hello, Ada!', undefined, 'Hello, Ada!']);
		expect(failureOf(rows[1]).status).toBe(404);
		expect(added()).toHaveLength(1);
	});

	it('serves an AI agent as a tool', async () => {
		const { items } = await stage.run(use(), { items: people('Ada'), asTool: true });
		expect(greetings(items)).toEqual(['Hello, Ada!']);
	});

	describe('the form', () => {
		const page = rl(`https://platform.agpt.co/marketplace/agent/${LISTING}?tab=x`, 'url');

		it('asks to choose an agent', async () => {
			for (const nobody of ['', '={{ $json.agent }}', 'ada']) {
				const { fields, emptyFieldsNotice } = await drawListedForm(stage, rl(nobody));
				expect(fields).toEqual([]);
				expect(emptyFieldsNotice).toContain('Choose an agent');
			}
		});

		it('says what to do where the inputs cannot be read, and adds nothing', async () => {
			const { fields, emptyFieldsNotice } = await drawListedForm(stage, page);
			expect(fields).toEqual([]);
			expect(emptyFieldsNotice).toContain('not in your library');
			expect(emptyFieldsNotice).toContain('choose JSON');
			expect(await library()).toEqual([]);
		});

		it('has the inputs of the agent in the library', async () => {
			await stage.run(use(), { items: people('Ada') });
			for (const agent of [page, rl(LISTING)]) {
				const { fields } = await drawListedForm(stage, agent);
				expect(fields.map(({ id }) => id)).toEqual(['name']);
			}
			const { items } = await stage.run(use(filledForm({ name: 'Ada' }), page));
			expect(greetings(items)).toEqual(['Hello, Ada!']);
		});

		it('has the inputs of a graph that may be read, though its agent is gone', async () => {
			const { agentId, graphId } = stage.account.createAgent(greetingAgent);
			const client = new Client(stage.emulator, stage.account);
			const texts = { name: 'Mine', slug: 'mine', description: 'x', sub_heading: 'x' };
			const json = { graph_id: graphId, graph_version: 1, ...texts };
			const { body } = await client.call<Schemas['Submission']>(
				'POST',
				'/marketplace/submissions',
				{ json },
			);
			stage.emulator.decideSubmission(body.listing_version_id, true);
			await client.call('DELETE', `/library/agents/${agentId}`);
			await client.call('PATCH', '/marketplace/profile', { json: { username: 'ada' } });
			const { fields } = await drawListedForm(stage, rl('ada/mine'));
			expect(fields.map(({ id }) => id)).toEqual(['name']);
		});
	});
});
