import { BLOCK_IDS, credentialAgent, greetingAgent } from '../platform/agents';
import type { Schemas } from '../platform/index.cts';
import { rl, some, someText, type Trial, type World } from './trial.cts';

const greeting = ({ account }: World) => account.createAgent(greetingAgent);
const agent = (world: World) => ({ agentId: rl(greeting(world).agentId) });
const noAgent = { agentId: rl('nobody') };
const graph = (world: World) => ({ graphId: rl(greeting(world).graphId) });
const noGraph = { graphId: rl('nobody') };
/** A graph without a block. */
const hollowAgent = { ...greetingAgent, nodes: [], links: [] };
const graphJson = JSON.stringify(greetingAgent);

async function folder(world: World, name = 'Old', parent_id: string | null = null) {
	const body = { name, parent_id };
	return await world.send<Schemas['LibraryFolder']>('POST', '/library/folders', body);
}

const aFolder = async (world: World) => ({ folderId: rl((await folder(world)).id) });
const noFolder = { folderId: rl('nobody') };

const agents: Trial[] = [
	{ use: 'agent.get', given: agent, gives: { name: 'Greeting agent' }, unknown: noAgent },
	{ use: 'agent.getMany', given: agent, gives: { name: 'Greeting agent' }, empty: {} },
	{ use: 'agent.delete', given: agent, gives: { deleted: true }, unknown: noAgent },
	{
		use: 'agent.duplicate',
		given: agent,
		gives: { name: 'Greeting agent' },
		unknown: noAgent,
	},
	{
		use: 'agent.getRequiredCredentials',
		given: ({ account }) => {
			account.addCredential({ provider: 'openai', title: 'Mine' });
			return { agentId: rl(account.createAgent(credentialAgent).agentId) };
		},
		gives: { supported_types: ['api_key'] },
		unknown: noAgent,
		empty: agent,
	},
	{
		use: 'agent.start',
		given: (world) => ({ ...agent(world), inputsMode: 'json', inputsJson: '{"name":"Ada"}' }),
		gives: { inputs: { name: 'Ada' } },
		unknown: { ...noAgent, inputsMode: 'json', inputsJson: '{"name":"Ada"}' },
	},
	{
		use: 'agent.runAndWait',
		given: (world) => ({ ...agent(world), inputsMode: 'json', inputsJson: '{"name":"Ada"}' }),
		gives: { outputs: { greeting: 'Hello, Ada!' } },
		unknown: { ...noAgent, inputsMode: 'json', inputsJson: '{"name":"Ada"}' },
	},
	{
		use: 'agent.update',
		given: (world) => ({ ...agent(world), updateFields: { isFavorite: true } }),
		gives: { is_favorite: true },
		unknown: { ...noAgent, updateFields: { isArchived: true } },
	},
	{
		use: 'agent.update',
		about: 'into a folder',
		given: async (world) => ({
			...agent(world),
			updateFields: { folderId: rl((await folder(world)).id), autoUpdateVersion: false },
		}),
		gives: { folder_name: 'Old' },
	},
	{
		use: 'agent.update',
		about: 'out of its folder, with another version',
		given: async (world) => {
			const { agentId } = greeting(world);
			const folder_id = (await folder(world)).id;
			await world.send('PATCH', `/library/agents/${agentId}`, { folder_id });
			return { agentId: rl(agentId), updateFields: { moveToRoot: true, graphVersion: 1 } };
		},
		gives: { folder_name: null, graph_version: 1 },
	},
];

const folders: Trial[] = [
	{
		use: 'folder.create',
		given: async (world) => ({
			name: 'New',
			parentFolderId: rl((await folder(world)).id),
			additionalFields: { color: '#112233', icon: '📁' },
		}),
		gives: { name: 'New', color: '#112233', icon: '📁', parent_id: someText },
		unknown: { name: 'New', parentFolderId: rl('nobody') },
	},
	{ use: 'folder.get', given: aFolder, gives: { name: 'Old' }, unknown: noFolder },
	{ use: 'folder.getMany', given: aFolder, gives: { name: 'Old' }, empty: {} },
	{
		use: 'folder.getMany',
		about: 'below another one',
		given: async (world) => {
			const { id } = await folder(world);
			await folder(world, 'Inner', id);
			return { parentFolderId: rl(id) };
		},
		gives: { name: 'Inner' },
	},
	{
		use: 'folder.getTree',
		given: async (world) => {
			await folder(world, 'Inner', (await folder(world)).id);
			return {};
		},
		gives: { name: 'Old', children: [{ name: 'Inner', children: [] }] },
		empty: {},
	},
	{
		use: 'folder.update',
		given: async (world) => ({ ...(await aFolder(world)), updateFields: { name: 'Newer' } }),
		gives: { name: 'Newer' },
		unknown: { ...noFolder, updateFields: { name: 'Newer' } },
	},
	{
		use: 'folder.move',
		given: async (world) => ({
			...(await aFolder(world)),
			destination: 'folder',
			targetFolderId: rl((await folder(world, 'Other')).id),
		}),
		gives: { name: 'Old', parent_id: someText },
		unknown: { ...noFolder, destination: 'root' },
	},
	{
		use: 'folder.move',
		about: 'to the root',
		given: async (world) => ({
			folderId: rl((await folder(world, 'Inner', (await folder(world)).id)).id),
			destination: 'root',
		}),
		gives: { name: 'Inner', parent_id: null },
	},
	{ use: 'folder.delete', given: aFolder, gives: { deleted: true }, unknown: noFolder },
];

const graphs: Trial[] = [
	{
		use: 'graph.create',
		given: () => ({ graphJson, options: { name: 'Renamed' } }),
		gives: { name: 'Renamed', version: 1, is_active: true },
	},
	{ use: 'graph.get', given: graph, gives: { name: 'Greeting agent' }, unknown: noGraph },
	{
		use: 'graph.get',
		about: 'raw, in a version',
		given: (world) => ({ ...graph(world), simplify: false, options: { version: 1 } }),
		gives: { version: 1, nodes: some(Array.isArray) },
	},
	{ use: 'graph.getAgent', given: graph, gives: { name: 'Greeting agent' }, unknown: noGraph },
	{
		use: 'graph.getBlocks',
		given: graph,
		gives: { id: someText },
		unknown: noGraph,
		empty: ({ account }) => ({ graphId: rl(account.createAgent(hollowAgent).graphId) }),
	},
	{ use: 'graph.getMany', given: graph, gives: { name: 'Greeting agent' }, empty: {} },
	{
		use: 'graph.getMarketplaceListing',
		given: async (world) => {
			const path = '/marketplace/agents/stand-in-creator/greeting-agent';
			const { body } = await world.client.get<{ graph_id: string }>(path);
			return { graphId: rl(body.graph_id) };
		},
		gives: { slug: 'greeting-agent' },
		unknown: noGraph,
	},
	{
		use: 'graph.getRequiredCredentials',
		given: ({ account }) => ({ graphId: rl(account.createAgent(credentialAgent).graphId) }),
		gives: { matching_credentials: [] },
		unknown: noGraph,
		empty: graph,
	},
	{ use: 'graph.getVersions', given: graph, gives: { version: 1 }, unknown: noGraph },
	{
		use: 'graph.setActiveVersion',
		given: (world) => ({ ...graph(world), version: 1 }),
		gives: { version: 1, is_active: true },
		unknown: { ...noGraph, version: 1 },
	},
	{
		use: 'graph.update',
		given: (world) => ({ ...graph(world), graphJson, options: { activate: false } }),
		gives: { version: 2, is_active: false },
		unknown: { ...noGraph, graphJson },
	},
	{
		use: 'graph.updateSettings',
		given: (world) => ({ ...graph(world), safeMode: false }),
		gives: { human_in_the_loop_safe_mode: false },
		unknown: { ...noGraph, safeMode: true },
	},
	{
		use: 'block.getMany',
		given: () => ({ filters: { name: 'TEMPLATE', category: 'text' } }),
		gives: { name: 'FillTextTemplateBlock' },
		empty: { filters: { name: 'no such block' } },
	},
	{
		use: 'block.run',
		given: () => ({
			blockId: rl(BLOCK_IDS.template),
			inputsMode: 'json',
			inputsJson: '{"format":"Hello, {{ name }}!","values":{"name":"Ada"}}',
		}),
		gives: { outputs: { output: 'Hello, Ada!' } },
		unknown: { blockId: rl('nobody'), inputsMode: 'json' },
	},
];

export const libraryTrials: Trial[] = [...agents, ...folders, ...graphs];
