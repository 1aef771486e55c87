import { BLOCK_IDS } from '../emulator/agents';
import { startEmulator, type Emulator, type Schemas } from '../emulator/index.cts';
import { World } from '../operations/index.cts';
import { rl } from '../harness/locator.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';

type Graph = Schemas['Graph'];

/** What an export of AutoGPT's web app has, as far as it matters here. */
interface Export {
	id: string;
	version: number;
	name: string;
	description: string;
	nodes: object[];
	links: object[];
	sub_graphs?: Export[];
}

interface Made {
	id: string;
	version: number;
	name: string;
	exported_id: string;
	exported_version: number;
}

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const CREATE = { method: 'POST', path: /\/graphs$/ };
const UPDATE = { method: 'PUT', path: /\/graphs\// };

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(20),
);

const input = (name: string) => ({
	id: 'in',
	block_id: BLOCK_IDS.input,
	input_default: { name },
	metadata: {},
});

const output = (name: string) => ({
	id: 'out',
	block_id: BLOCK_IDS.output,
	input_default: { name },
	metadata: {},
});

const link = (id: string, from: string, pin: string, to: string, sink: string) => ({
	...{ id, source_id: from, source_name: pin, sink_id: to, sink_name: sink, is_static: false },
});

/** An agent block, as an export has it: it names a graph of the account that was exported. */
const agentBlock = (id: string, graph_id: string, graph_version: unknown) => ({
	id,
	block_id: BLOCK_IDS.agent,
	input_default: { graph_id, graph_version, inputs: {}, input_schema: {}, output_schema: {} },
	metadata: { position: { x: 10, y: 20 } },
});

/** An inner graph that gives back what it is given. */
const inner: Export = {
	...{ id: 'g-inner', version: 4, name: 'Inner agent', description: '' },
	nodes: [input('q'), output('r')],
	links: [link('m', 'in', 'result', 'out', 'value')],
};

/** A graph that hands its input to another one. */
function outer(id: string, name: string, innerId: string, innerVersion: unknown): Export {
	return {
		...{ id, version: 3, name, description: 'Hands its input to an agent inside' },
		nodes: [input('q'), agentBlock('b', innerId, innerVersion), output('r')],
		links: [link('l1', 'in', 'result', 'b', 'q'), link('l2', 'b', 'r', 'out', 'value')],
	};
}

const twoDeep: Export = {
	...outer('g-outer', 'Outer agent', 'g-middle', 2),
	sub_graphs: [
		{ ...outer('g-middle', 'Middle agent', 'g-inner', 4), version: 2, sub_graphs: [inner] },
	],
};

const simple: Export = { ...outer('g-outer', 'Outer agent', 'g-inner', 4), sub_graphs: [inner] };

/** A graph as the API takes it. */
const plain = ({ name, description, nodes, links }: Export) => ({
	...{ name, description, nodes, links },
});

describe('A pasted export with inner graphs', () => {
	let emulator: Emulator;
	let world: World;

	beforeEach(async () => {
		emulator = await startEmulator({ limits: false });
		world = new World(emulator);
	});

	afterEach(async () => {
		await emulator.close();
		expect(emulator.contractViolations).toEqual([]);
	});

	const create = async (graph: unknown, options: { settings?: object; scopes?: never } = {}) => {
		const graphJson = typeof graph === 'string' ? graph : JSON.stringify(graph);
		return await world.runWith(
			{ resource: 'graph', operation: 'create', graphJson },
			options.settings ? { settings: options.settings } : {},
		);
	};

	const graphs = async () => (await world.client.get<{ items: Graph[] }>('/graphs')).body.items;

	const whole = async ({ id, version }: Pick<Graph, 'id' | 'version'>) =>
		(await world.client.get<Graph>(`/graphs/${id}?version=${version}`)).body;

	const names = async () => (await graphs()).map(({ name }) => name).sort();

	const writes = () =>
		emulator.requests.filter(({ method, path }) => method !== 'GET' && /\/graphs/.test(path));

	/** What the agent on a graph gives for `q`. */
	const answers = async (graphId: string, q: string) => {
		const agent = await world.client.get<{ id: string }>(`/graphs/${graphId}/library-agent`);
		const { body: run } = await world.client.start(agent.body.id, { q });
		return (await world.client.until(run.id, 'COMPLETED')).outputs;
	};

	const called = ({ nodes }: Graph) =>
		nodes
			.filter(({ block_id }) => block_id === BLOCK_IDS.agent)
			.map(({ input_default }) => [input_default?.graph_id, input_default?.graph_version]);

	it('is created from the inside out, and runs', async () => {
		const { items, error } = await create(simple);
		expect(error).toBeUndefined();
		const [made, ...others] = items[0]?.json.created_sub_graphs as unknown as Made[];
		expect(others).toEqual([]);
		expect(made).toEqual({
			...{ id: expect.any(String), version: 1, name: 'Inner agent' },
			...{ exported_id: 'g-inner', exported_version: 4 },
		});
		const { id } = items[0]?.json as { id: string };
		const stored = await whole({ id, version: 1 });
		expect(called(stored)).toEqual([[made?.id, 1]]);
		expect(stored.nodes.map(({ metadata }) => metadata)).toContainEqual({
			position: { x: 10, y: 20 },
		});
		expect(await answers(id, 'Why?')).toEqual({ r: ['Why?'] });
		expect(await names()).toEqual(['Inner agent', 'Outer agent']);
	});

	it('may hold graphs in graphs, each of which is created once', async () => {
		const flat = { ...twoDeep, sub_graphs: [...(twoDeep.sub_graphs ?? []), inner] };
		flat.nodes = [...flat.nodes, agentBlock('again', 'g-inner', '4')];
		flat.links = [...flat.links, link('l3', 'in', 'result', 'again', 'q')];
		const { items, error } = await create(flat);
		expect(error).toBeUndefined();
		const made = items[0]?.json.created_sub_graphs as unknown as Made[];
		expect(made.map(({ name }) => name)).toEqual(['Inner agent', 'Middle agent']);
		expect(await names()).toEqual(['Inner agent', 'Middle agent', 'Outer agent']);
		const { id } = items[0]?.json as { id: string };
		expect(called(await whole({ id, version: 1 }))).toEqual([
			[made[1]?.id, 1],
			[made[0]?.id, 1],
		]);
		expect(await answers(id, 'How deep?')).toEqual({ r: ['How deep?'] });
	});

	it('separates versions of one inner graph', async () => {
		const newer = { ...inner, version: 5, name: 'Inner agent, newer' };
		const both = {
			...simple,
			nodes: [...simple.nodes, agentBlock('newer', 'g-inner', 5)],
			sub_graphs: [inner, newer],
		};
		const { items, error } = await create(both);
		expect(error).toBeUndefined();
		const made = items[0]?.json.created_sub_graphs as unknown as Made[];
		const { id } = items[0]?.json as { id: string };
		expect(called(await whole({ id, version: 1 }))).toEqual(made.map((one) => [one.id, 1]));
		expect(made.map(({ name }) => name)).toEqual(['Inner agent', 'Inner agent, newer']);
	});

	it('leaves agent blocks alone that call graphs of the account', async () => {
		const { body } = await world.client.post<Graph>('/graphs', plain(inner));
		const { items, error } = await create(outer('g', 'Outer agent', body.id, 1));
		expect(error).toBeUndefined();
		expect(items[0]?.json).not.toHaveProperty('created_sub_graphs');
		expect(await answers((items[0]?.json as { id: string }).id, 'Who?')).toEqual({ r: ['Who?'] });
	});

	it('is created, too, when a graph is updated', async () => {
		const { body } = await world.client.post<Graph>('/graphs', plain(inner));
		const { items, error } = await world.run({
			...{ resource: 'graph', operation: 'update', graphId: rl(body.id) },
			graphJson: JSON.stringify(simple),
		});
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			...{ id: body.id, version: 2 },
			created_sub_graphs: [{ exported_id: 'g-inner' }],
		});
		expect(await answers(body.id, 'And now?')).toEqual({ r: ['And now?'] });
	});

	it.each<[string, unknown, string]>([
		[
			'a graph that calls itself',
			{ ...simple, sub_graphs: [{ ...outer('g-inner', 'Inner agent', 'g-inner', 4), version: 4 }] },
			"'Inner agent' calls itself",
		],
		[
			'graphs that call each other',
			{
				...simple,
				sub_graphs: [
					outer('g-inner', 'Inner agent', 'g-other', 3),
					outer('g-other', 'Other agent', 'g-inner', 3),
				].map((graph) => ({ ...graph, version: graph.id === 'g-inner' ? 4 : 3 })),
			},
			"version 3 of the graph 'g-inner'",
		],
		[
			'a version that is not there',
			{ ...simple, sub_graphs: [{ ...inner, version: 9 }] },
			"version 4 of the graph 'g-inner'",
		],
		['an inner graph without an ID', { ...simple, sub_graphs: [{ ...inner, id: '' }] }, "'id'"],
		[
			'an inner graph with a broken node',
			{ ...simple, sub_graphs: [{ ...inner, nodes: [{ id: 'x' }] }] },
			"'block_id' is missing in node 1 of the graph 'Inner agent' in 'sub_graphs'",
		],
		[
			'a link from nowhere',
			{ ...simple, sub_graphs: [{ ...inner, links: [link('m', 'x', 'result', 'out', 'value')] }] },
			"Link 1 of the graph 'Inner agent' in 'sub_graphs' leads from the node 'x', which is not there",
		],
		['no list', { ...simple, sub_graphs: { ...inner } }, "'sub_graphs' is not a list of graphs"],
	])('is refused before anything is created: %s', async (_, graph, message) => {
		const { error } = await create(graph);
		expect(error?.message).toContain(message);
		expect(error?.description).toBeTruthy();
		expect(emulator.requests).toEqual([]);
	});

	it('says what was created when a later graph is refused, and how to go on', async () => {
		emulator.faults.add({ ...CREATE, skip: 1, kind: { status: 400 } });
		const { error } = await create(twoDeep);
		expect(error?.message).toContain("The graph 'Middle agent' was not created");
		const [made, ...others] = await graphs();
		expect(others).toEqual([]);
		expect(error?.description).toContain(
			`'Inner agent' (graph ID ${made?.id}, version 1, in the export g-inner, version 4)`,
		);
		expect(error?.description).toContain('Retry On Fail');
		expect(error?.description).toContain("'sub_graphs'");
	});

	it('goes on where it stopped under Retry On Fail', async () => {
		emulator.faults.add({ ...CREATE, skip: 1, kind: { status: 503 } });
		emulator.faults.add({ ...CREATE, skip: 2, kind: { status: 400 } });
		const { items, error } = await create(twoDeep, { settings: RETRY });
		expect(error).toBeUndefined();
		const made = items[0]?.json.created_sub_graphs as unknown as Made[];
		expect(made.map(({ name }) => name)).toEqual(['Inner agent', 'Middle agent']);
		expect(await names()).toEqual(['Inner agent', 'Middle agent', 'Outer agent']);
	});

	it.each([0, 1, 2])('is created once when response %i is lost', async (skip) => {
		emulator.faults.add({ ...CREATE, skip, kind: { after: 'drop' } });
		const { items, error } = await create(twoDeep);
		expect(error).toBeUndefined();
		expect(await names()).toEqual(['Inner agent', 'Middle agent', 'Outer agent']);
		expect(await answers((items[0]?.json as { id: string }).id, 'Once?')).toEqual({ r: ['Once?'] });
		expect(writes()).toHaveLength(3);
	});

	it('is not sent again when a request is lost: nothing shows that it did not arrive', async () => {
		emulator.faults.add({ ...CREATE, skip: 1, kind: { before: 'drop' } });
		const { error } = await create(simple);
		expect(error?.message).toContain("Whether the graph 'Outer agent' was created is not certain");
		expect(error?.description).toContain("'Inner agent' (graph ID");
		expect(writes()).toHaveLength(2);
		expect(await names()).toEqual(['Inner agent']);
	});

	it('is looked for first under Retry On Fail after an outcome that was not certain', async () => {
		const blind = { method: 'GET', path: /\/graphs\?/, times: 3 };
		emulator.faults.add({ ...CREATE, skip: 1, kind: { after: 'drop' } });
		emulator.faults.add({ ...blind, kind: { status: 403 } });
		const { error } = await create(simple, { settings: RETRY });
		expect(error).toBeUndefined();
		expect(await names()).toEqual(['Inner agent', 'Outer agent']);
		expect(writes()).toHaveLength(2);
	});

	it('does not take the graph of another item for its own', async () => {
		const graphJson = '={{ JSON.stringify($json.graph) }}';
		emulator.faults.add({ ...CREATE, skip: 3, kind: { before: 'drop' } });
		const items = [{ json: { graph: simple } }, { json: { graph: simple } }];
		const result = await world.runWith(
			{ resource: 'graph', operation: 'create', graphJson } as never,
			{ items: items as never, settings: { onError: 'continueRegularOutput' } },
		);
		expect(result.items[0]?.json).toMatchObject({ name: 'Outer agent' });
		expect(result.items[1]?.json.failure).toMatchObject({
			message: expect.stringContaining('is not certain'),
		});
	});

	it('stores a version once when the response of an update is lost', async () => {
		const { body } = await world.client.post<Graph>('/graphs', plain(inner));
		emulator.faults.add({ ...UPDATE, kind: { after: 'drop' } });
		const { items, error } = await world.run({
			...{ resource: 'graph', operation: 'update', graphId: rl(body.id) },
			graphJson: JSON.stringify(simple),
		});
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ id: body.id, version: 2, is_active: true });
		expect(writes().filter(({ method }) => method === 'PUT')).toHaveLength(1);
		emulator.faults.add({ ...UPDATE, kind: { before: 'drop' } });
		const lost = await world.run({
			...{ resource: 'graph', operation: 'update', graphId: rl(body.id) },
			graphJson: JSON.stringify(inner),
		});
		expect(lost.error?.message).toContain('is not certain');
	});
});
