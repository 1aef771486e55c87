import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { permissionWords } from '../../client/contract/permissions';
import { resetProcessState } from '../../client/process/processState';
import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import { drawGraphForm, filledForm } from '../harness/form.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { rl } from '../harness/locator.cts';
import { CONTINUE, until } from '../harness/waiting.cts';
import { credentialAgent, everyInputAgent, greetingAgent } from '../emulator/agents';
import { Client } from '../emulator/client.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

describe('Graph: Run and Wait, Start', () => {
	let stage: Stage;
	let agentId: string;
	let graphId: string;

	beforeEach(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
		({ agentId, graphId } = stage.account.createAgent(greetingAgent));
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	/** Parameters of an operation on a graph, with the inputs of each item. */
	const use = (
		graph: INodeParameters,
		{ operation = 'runAndWait', ...parameters }: INodeParameters = {},
	): INodeParameters => ({
		...{ resource: 'graph', operation, graphId: graph },
		...{ inputsMode: 'json', inputsJson: '={{ JSON.stringify({ name: $json.name }) }}' },
		...parameters,
	});
	const people = (...names: string[]): INodeExecutionData[] =>
		names.map((name) => ({ json: { name } }));
	const ADA = { items: people('Ada') };
	const asked = (method: string, path: RegExp) =>
		stage.emulator.requests.filter((one) => one.method === method && path.test(one.path));
	const starts = () => asked('POST', /\/library\/agents\/[\w-]+\/runs$/);
	const address = (query: string) => rl(`${stage.emulator.webUrl}/build?${query}`, 'url');
	const greetings = (items: INodeExecutionData[]) =>
		items.map(({ json }) => (json.outputs as { greeting?: string } | undefined)?.greeting);

	/** Gives the library agent's graph a second version, which the library then has. */
	async function raiseVersion(): Promise<void> {
		const client = new Client(stage.emulator, stage.account);
		const changed = await client.call('PUT', `/graphs/${graphId}`, { json: greetingAgent });
		expect(changed.status).toBe(200);
	}

	it.each(['list', 'id'])('run the graph that is chosen: %s', async (mode) => {
		const { items, error } = await stage.run(use(rl(graphId, mode)), ADA);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			status: 'COMPLETED',
			outputs: { greeting: 'Hello, Ada!' },
			agent_id: agentId,
			graph_id: graphId,
			url: expect.stringContaining(`/library/agents/${agentId}`) as string,
		});
	});

	it.each(['id', 'url'])(
		"take the builder's address, with and without version: %s",
		async (mode) => {
			for (const query of [`flowVersion=1&flowID=${graphId}`, `flowID=${graphId}&tab=x`]) {
				const graph = { ...address(query), mode };
				const { items, error, hints } = await stage.run(use(graph), ADA);
				expect(error).toBeUndefined();
				expect(greetings(items)).toEqual(['Hello, Ada!']);
				expect(hints).toEqual([]);
			}
		},
	);

	it('start without waiting', async () => {
		const { items } = await stage.run(use(rl(graphId), { operation: 'start' }), ADA);
		expect(items[0]?.json).toMatchObject({
			...{ agent_id: agentId, graph_id: graphId, inputs: { name: 'Ada' } },
			url: expect.stringContaining(agentId) as string,
		});
		expect(stage.account.runs()).toHaveLength(1);
	});

	describe('say which version runs', () => {
		beforeEach(raiseVersion);

		const hintsFor = async (graph: INodeParameters, parameters: INodeParameters = {}) => {
			const items = people('Ada', 'Bob');
			const result = await stage.run(use(graph, parameters), { items });
			expect(greetings(result.items)).toEqual(['Hello, Ada!', 'Hello, Bob!']);
			return result.hints as Array<{ message: string; type: string }>;
		};

		it('where the library has another, once for all items', async () => {
			const hints = await hintsFor(address(`flowID=${graphId}&flowVersion=1`));
			expect(hints).toHaveLength(1);
			expect(hints[0]?.type).toBe('warning');
			expect(hints[0]?.message).toContain("Version 1 of 'Greeting agent' was asked for");
			expect(hints[0]?.message).toContain('Your library has version 2');
		});

		it('and the field goes before the address', async () => {
			const old = address(`flowID=${graphId}&flowVersion=1`);
			expect(await hintsFor(old, { graphVersion: '2' })).toEqual([]);
			expect(await hintsFor(rl(graphId), { graphVersion: '={{ 1 }}' })).toHaveLength(1);
			expect(await hintsFor(rl(graphId))).toEqual([]);
		});

		it('and refuse what is no version', async () => {
			const { error } = await stage.run(use(rl(graphId), { graphVersion: 'newest' }), ADA);
			expect(error?.message).toBe("'Graph Version' is not a whole number from 1 on");
			expect(starts()).toEqual([]);
		});
	});

	describe('say what to do', () => {
		it('where the address is that of an agent in the library', async () => {
			const page = `${stage.emulator.webUrl}/library/agents/${agentId}`;
			const items = [{ json: { name: 'Ada', page } }];
			const { error } = await stage.run(use(rl('={{ $json.page }}', 'url')), { items });
			expect(error?.message).toContain('address of an agent in the library');
			expect(error?.description).toContain('…/build?flowID=…&flowVersion=…');
			expect(error?.description).toContain('Agent > Run and Wait');
			await expect(stage.run(use(rl(page, 'url')))).rejects.toThrow(
				'This is the address of an agent in the library',
			);
			expect(starts()).toEqual([]);
		});

		it('where the address names nothing', async () => {
			const page = `${stage.emulator.webUrl}/build?tab=x`;
			const items = [{ json: { page } }];
			const { error } = await stage.run(use(rl('={{ $json.page }}', 'url')), { items });
			expect(error?.message).toContain('does not name a graph');
			await expect(stage.run(use(rl(page, 'url')))).rejects.toThrow(
				"This is not an address of AutoGPT's builder",
			);
		});

		it('where the library has no agent of the graph, after one request', async () => {
			const client = new Client(stage.emulator, stage.account);
			await client.call('DELETE', `/library/agents/${agentId}`);
			stage.emulator.requests.length = 0;
			const items = people('Ada', 'Bob');
			const result = await stage.run(use(rl(graphId)), { items, ...CONTINUE });
			for (const item of result.items) {
				const { message, description, status } = failureOf(item);
				expect(message).toBe(`The graph '${graphId}' was not found in your library`);
				expect(description).toContain('Marketplace Agent > Add to Library');
				expect(status).toBe(404);
			}
			expect(stage.emulator.requests).toHaveLength(1);
		});

		it.each(['READ_LIBRARY', 'RUN_AGENT'] as const)('where %s is missing', async (lacking) => {
			const all = ['READ_LIBRARY', 'RUN_AGENT', 'READ_RUN', 'READ_INTEGRATIONS'] as const;
			const key = stage.account.createKey({ scopes: all.filter((scope) => scope !== lacking) });
			const { error } = await stage.run(use(rl(graphId)), { ...ADA, key });
			expect(error?.message).toContain(`needs the permission ${permissionWords(lacking)}`);
			expect(stage.account.runs()).toEqual([]);
		});
	});

	it('cost no request more than the same runs of the agent', async () => {
		const count = async (parameters: INodeParameters) => {
			resetProcessState();
			stage.emulator.requests.length = 0;
			const items = Array.from({ length: 20 }, (_, index) => ({ json: { name: `P${index}` } }));
			const { error } = await stage.run(parameters, { items });
			expect(error).toBeUndefined();
			// How often a run is looked at depends on its time; a server without rate limits, as this
			// one, is asked for its description once.
			const isLeftOut = ({ method, path }: { method: string; path: string }) =>
				method === 'GET' && /\/runs|\/openapi[.]json$/.test(path);
			return stage.emulator.requests.filter((one) => !isLeftOut(one)).length;
		};
		const ofAgent = await count(runAndWait(agentId, '={{ JSON.stringify($json) }}'));
		expect(ofAgent).toBe(22);
		expect(await count(use(rl(graphId)))).toBe(ofAgent);
		expect(await count(use(rl(graphId), { operation: 'start' }))).toBe(ofAgent);
	});

	it('read the agent alone where the answer of its graph tells no inputs', async () => {
		const client = new Client(stage.emulator, stage.account);
		const { body } = await client.get<object>(`/graphs/${graphId}/library-agent`);
		stage.emulator.faults.add({
			path: /library-agent$/,
			kind: { status: 200, body: { ...body, input_schema: {} } },
		});
		const { error } = await stage.run(use(rl(graphId), { inputsJson: '{"nme":"Ada"}' }), ADA);
		expect(error?.message).toContain('does not take: nme');
		expect(starts()).toEqual([]);
	});

	describe('never start twice', () => {
		it.each([
			['a lost response', { after: 'drop' as const }],
			['a lost request', { before: 'drop' as const }],
			['a 500 after the run was made', { handledStatus: 500 }],
		])('after %s', async (_, kind) => {
			stage.emulator.faults.add({ method: 'POST', path: /\/runs$/, kind });
			const { items, error } = await stage.run(use(rl(graphId)), ADA);
			expect(error).toBeUndefined();
			expect(greetings(items)).toEqual(['Hello, Ada!']);
			expect(stage.account.runs()).toHaveLength(1);
			expect(new Set(starts().map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
		});

		it('by Retry On Fail, though inputs come out otherwise then', async () => {
			const fault = { method: 'POST', path: /\/runs$/, kind: { status: 402 }, skip: 1 };
			stage.emulator.faults.add(fault);
			const { items, error } = await stage.run(
				use(rl(graphId), {
					inputsJson: '={{ JSON.stringify({ name: $json.name + Math.random() }) }}',
					options: { startsAtOnce: 1 },
				}),
				{ items: people('Ada', 'Bob'), settings: RETRY },
			);
			expect(error).toBeUndefined();
			expect(stage.account.runs()).toHaveLength(2);
			expect(items.map(({ json }) => json.id)).toEqual(stage.account.runs().map(({ id }) => id));
		});

		it('on a server that ignores keys, where a start without an answer is named', async () => {
			stage.emulator.mode.idempotency = 'ignored';
			stage.emulator.faults.add({ method: 'POST', path: /\/runs$/, kind: { after: 'drop' } });
			const { error } = await stage.run(use(rl(graphId)), { ...ADA, settings: RETRY });
			expect(error?.message).toContain('not certain');
			expect(starts()).toHaveLength(1);
			expect(error?.description).toContain(stage.account.runs()[0]?.id);
		});

		it('for an own key, which stays with the agent of the graph', async () => {
			const keyed = { options: { idempotencyKey: 'order-1' } };
			const first = await stage.run(use(rl(graphId), keyed), ADA);
			const second = await stage.run(use(address(`flowID=${graphId}`), keyed), ADA);
			expect(second.items[0]?.json.id).toBe(first.items[0]?.json.id);
			expect(stage.account.runs()).toHaveLength(1);
		});
	});

	it('link each item to its input, failed ones too', async () => {
		const graph = rl('={{ $json.graph }}');
		const items = [
			{ json: { name: 'Ada', graph: graphId } },
			{ json: { name: 'Bob', graph: 'nobody' } },
			{ json: { name: 'Cy', graph: `${stage.emulator.webUrl}/build?flowID=${graphId}` } },
		];
		const result = await stage.run(use(graph), { items, ...CONTINUE });
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2].map((item) => ({ item })),
		);
		expect(greetings(result.items)).toEqual(['Hello, Ada!', undefined, 'Hello, Cy!']);
		expect(failureOf(result.items[1]).message).toContain("The graph 'nobody' was not found");
	});

	it('check all items before the first run is started', async () => {
		const graph = rl('={{ $json.graph }}');
		const items = [{ json: { name: 'Ada', graph: graphId } }, { json: { graph: 'nobody' } }];
		const { error } = await stage.run(use(graph), { items });
		expect(error?.message).toContain("The graph 'nobody' was not found");
		expect(starts()).toEqual([]);
	});

	it('stop their runs on Stop in n8n, where items ask for it', async () => {
		const manual = stage.account.createAgent(greetingAgent, { manual: true });
		await stage.run(use(rl(manual.graphId), { stopRunsOnCancel: true }), {
			...ADA,
			cancelWhen: () => asked('GET', /\/runs/).length > 0,
		});
		await until(() => stage.account.runs()[0]?.status === 'TERMINATED');
		expect(asked('POST', /\/stop$/)).toHaveLength(1);
	});

	it('serve an AI agent as a tool', async () => {
		const tool = { asTool: true, ...ADA };
		const waited = await stage.run(use(rl(graphId)), tool);
		expect(greetings(waited.items)).toEqual(['Hello, Ada!']);
		const started = await stage.run(
			use(rl(graphId), { operation: 'start', output: 'selected', selectedFields: ['status'] }),
			tool,
		);
		expect(Object.keys(started.items[0]?.json ?? {})).toEqual(['id', 'status']);
	});

	describe('have a form', () => {
		it('of what the agent of the graph takes', async () => {
			const other = stage.account.createAgent(everyInputAgent);
			const query = `flowID=${other.graphId}&flowVersion=1`;
			for (const graph of [rl(other.graphId), address(query)]) {
				const { fields } = await drawGraphForm(stage, graph);
				const ids = ['topic', 'who', 'brief', 'due', 'at', 'doc', 'rows', 'copies', 'draft'];
				expect(fields.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
			}
		});

		it('with the credentials that fit', async () => {
			const { id } = stage.account.addCredential({ provider: 'openai', title: 'Mine' });
			const other = stage.account.createAgent(credentialAgent);
			const { fields } = await drawGraphForm(stage, rl(other.graphId));
			expect(fields[1]).toMatchObject({
				type: 'options',
				options: [{ name: 'Mine (openai, API key)', value: id }, { name: 'None' }],
			});
		});

		it('whose values reach the agent', async () => {
			const form = filledForm({ name: 'Ada' });
			const { items, error } = await stage.run(use(address(`flowID=${graphId}`), form));
			expect(error).toBeUndefined();
			expect(greetings(items)).toEqual(['Hello, Ada!']);
		});

		it('or a notice in its place', async () => {
			const library = rl(`https://x.example/library/agents/${agentId}`, 'url');
			for (const graph of [rl(''), rl('={{ $json.graph }}'), library]) {
				const { fields, emptyFieldsNotice } = await drawGraphForm(stage, graph);
				expect(fields).toEqual([]);
				expect(emptyFieldsNotice).toContain('Choose a graph');
			}
			const missing = await drawGraphForm(stage, rl('<nobody>'));
			expect(missing.fields).toEqual([]);
			expect(missing.emptyFieldsNotice).toContain('was not found in your library');
			expect(missing.emptyFieldsNotice).toContain('choose JSON');
			expect(missing.emptyFieldsNotice).not.toContain('<');
		});
	});
});
