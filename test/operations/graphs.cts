import { BLOCK_IDS, credentialAgent, greetingAgent } from '../emulator/agents';
import { rl } from '../harness/locator.cts';
import { some, someText, type Trial, type World } from './trial.cts';

const graph = (world: World) => ({ graphId: rl(world.account.createAgent(greetingAgent).graphId) });
const greetAda = { inputsMode: 'json', inputsJson: '{"name":"Ada"}' };
const noGraph = { graphId: rl('nobody') };
/** A graph without a block. */
const hollowAgent = { ...greetingAgent, nodes: [], links: [] };
const graphJson = JSON.stringify(greetingAgent);
/** An export of an agent that calls another one. */
const exported = {
	...greetingAgent,
	nodes: [
		...greetingAgent.nodes,
		{
			id: 'inner',
			block_id: BLOCK_IDS.agent,
			input_default: { graph_id: 'g-inner', graph_version: 2, inputs: { name: 'Ada' } },
		},
	],
	sub_graphs: [{ ...greetingAgent, id: 'g-inner', version: 2, name: 'Inner agent' }],
};
const withSubGraphs = { created_sub_graphs: [{ name: 'Inner agent', exported_id: 'g-inner' }] };

/** Trials of graphs, and of the blocks that they are made of. */
export const graphTrials: Trial[] = [
	{
		use: 'graph.create',
		given: () => ({ graphJson, options: { name: 'Renamed' } }),
		returns: { name: 'Renamed', version: 1, is_active: true },
	},
	{
		use: 'graph.create',
		about: 'with inner graphs',
		given: () => ({ graphJson: JSON.stringify(exported) }),
		returns: { name: 'Greeting agent', ...withSubGraphs },
	},
	{ use: 'graph.get', given: graph, returns: { name: 'Greeting agent' }, unknown: noGraph },
	{
		use: 'graph.get',
		about: 'raw, in a version',
		given: (world) => ({ ...graph(world), simplify: false, options: { version: 1 } }),
		returns: { version: 1, nodes: some(Array.isArray) },
	},
	{ use: 'graph.getAgent', given: graph, returns: { name: 'Greeting agent' }, unknown: noGraph },
	{
		use: 'graph.getBlocks',
		given: graph,
		returns: { id: someText },
		unknown: noGraph,
		empty: ({ account }) => ({ graphId: rl(account.createAgent(hollowAgent).graphId) }),
	},
	{ use: 'graph.getMany', given: graph, returns: { name: 'Greeting agent' }, empty: {} },
	{
		use: 'graph.getMarketplaceListing',
		given: async (world) => {
			const path = '/marketplace/agents/emulator-creator/greeting-agent';
			const { body } = await world.client.get<{ graph_id: string }>(path);
			return { graphId: rl(body.graph_id) };
		},
		returns: { slug: 'greeting-agent' },
		unknown: noGraph,
	},
	{
		use: 'graph.getRequiredCredentials',
		given: ({ account }) => ({ graphId: rl(account.createAgent(credentialAgent).graphId) }),
		returns: { matching_credentials: [] },
		unknown: noGraph,
		empty: graph,
	},
	{ use: 'graph.getVersions', given: graph, returns: { version: 1 }, unknown: noGraph },
	{
		use: 'graph.runAndWait',
		given: (world) => ({ ...graph(world), ...greetAda }),
		returns: { outputs: { greeting: 'Hello, Ada!' } },
		unknown: { ...noGraph, ...greetAda },
	},
	{
		use: 'graph.runAndWait',
		about: "by the builder's address",
		given: ({ account, emulator }) => {
			const { graphId } = account.createAgent(greetingAgent);
			const address = `${emulator.webUrl}/build?flowID=${graphId}&flowVersion=1`;
			return { graphId: rl(address, 'url'), ...greetAda };
		},
		returns: { outputs: { greeting: 'Hello, Ada!' } },
	},
	{
		use: 'graph.setActiveVersion',
		given: (world) => ({ ...graph(world), version: rl('1') }),
		returns: { version: 1, is_active: true },
		unknown: { ...noGraph, version: rl('1') },
	},
	{
		use: 'graph.start',
		given: (world) => ({ ...graph(world), ...greetAda }),
		returns: { inputs: { name: 'Ada' } },
		unknown: { ...noGraph, ...greetAda },
	},
	{
		use: 'graph.update',
		given: (world) => ({ ...graph(world), graphJson, options: { activate: false } }),
		returns: { version: 2, is_active: false },
		unknown: { ...noGraph, graphJson },
	},
	{
		use: 'graph.update',
		about: 'with inner graphs',
		given: (world) => ({ ...graph(world), graphJson: JSON.stringify(exported) }),
		returns: { version: 2, ...withSubGraphs },
	},
	{
		use: 'graph.updateSettings',
		given: (world) => ({ ...graph(world), safeMode: false }),
		returns: { human_in_the_loop_safe_mode: false },
		unknown: { ...noGraph, safeMode: true },
	},
	{
		use: 'block.getMany',
		given: () => ({ filters: { name: 'TEMPLATE', category: rl('text', 'name') } }),
		returns: { name: 'Fill Text Template' },
		empty: { filters: { name: 'no such block' } },
	},
	{
		use: 'block.run',
		given: () => ({
			blockId: rl(BLOCK_IDS.template),
			inputsMode: 'json',
			inputsJson: '{"format":"Hello, {{ name }}!","values":{"name":"Ada"}}',
		}),
		returns: { outputs: { output: 'Hello, Ada!' } },
		unknown: { blockId: rl('nobody'), inputsMode: 'json' },
	},
];
