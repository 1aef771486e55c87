import { credentialAgent, greetingAgent } from '../emulator/agents';
import type { Schemas } from '../emulator/index.cts';
import { rl } from '../harness/locator.cts';
import { someText, type Trial, type World } from './trial.cts';

const greeting = ({ account }: World) => account.createAgent(greetingAgent);
const agent = (world: World) => ({ agentId: rl(greeting(world).agentId) });
const noAgent = { agentId: rl('nobody') };

async function favorite(world: World): Promise<void> {
	const { agentId } = greeting(world);
	await world.send('PATCH', `/library/agents/${agentId}`, { is_favorite: true });
}

async function folder(world: World, name = 'Old', parent_id: string | null = null) {
	const body = { name, parent_id };
	return await world.send<Schemas['LibraryFolder']>('POST', '/library/folders', body);
}

const aFolder = async (world: World) => ({ folderId: rl((await folder(world)).id) });
const noFolder = { folderId: rl('nobody') };

const agents: Trial[] = [
	{ use: 'agent.get', given: agent, returns: { name: 'Greeting agent' }, unknown: noAgent },
	{ use: 'agent.getMany', given: agent, returns: { name: 'Greeting agent' }, empty: {} },
	{
		use: 'agent.getMany',
		about: 'favorites only',
		given: async (world) => {
			await favorite(world);
			greeting(world);
			return { filters: { favorite: true } };
		},
		returns: { is_favorite: true },
		empty: (world) => {
			greeting(world);
			return { filters: { favorite: true, published: true } };
		},
	},
	{
		use: 'agent.getMany',
		about: 'by name',
		given: async (world) => {
			greeting(world);
			await favorite(world);
			return { filters: { favorite: false, name: 'GREETING' } };
		},
		returns: { name: 'Greeting agent' },
		empty: async (world) => {
			await favorite(world);
			return { filters: { name: 'nobody' } };
		},
	},
	{ use: 'agent.delete', given: agent, returns: { deleted: true }, unknown: noAgent },
	{
		use: 'agent.duplicate',
		given: agent,
		returns: { name: 'Greeting agent' },
		unknown: noAgent,
	},
	{
		use: 'agent.getRequiredCredentials',
		given: ({ account }) => {
			account.addCredential({ provider: 'openai', title: 'Mine' });
			return { agentId: rl(account.createAgent(credentialAgent).agentId) };
		},
		returns: { supported_types: ['api_key'] },
		unknown: noAgent,
		empty: agent,
	},
	{
		use: 'agent.start',
		given: (world) => ({ ...agent(world), inputsMode: 'json', inputsJson: '{"name":"Ada"}' }),
		returns: { inputs: { name: 'Ada' } },
		unknown: { ...noAgent, inputsMode: 'json', inputsJson: '{"name":"Ada"}' },
	},
	{
		use: 'agent.runAndWait',
		given: (world) => ({ ...agent(world), inputsMode: 'json', inputsJson: '{"name":"Ada"}' }),
		returns: { outputs: { greeting: 'Hello, Ada!' } },
		unknown: { ...noAgent, inputsMode: 'json', inputsJson: '{"name":"Ada"}' },
	},
	{
		use: 'agent.update',
		given: (world) => ({ ...agent(world), updateFields: { isFavorite: true } }),
		returns: { is_favorite: true },
		unknown: { ...noAgent, updateFields: { isArchived: true } },
	},
	{
		use: 'agent.update',
		about: 'into a folder',
		given: async (world) => ({
			...agent(world),
			updateFields: { folderId: rl((await folder(world)).id), autoUpdateVersion: false },
		}),
		returns: { folder_name: 'Old' },
	},
	{
		use: 'agent.update',
		about: 'out of its folder, with another version',
		given: async (world) => {
			const { agentId } = greeting(world);
			const folder_id = (await folder(world)).id;
			await world.send('PATCH', `/library/agents/${agentId}`, { folder_id });
			return {
				agentId: rl(agentId),
				updateFields: { folderId: rl('root'), graphVersion: rl('1') },
			};
		},
		returns: { folder_name: null, graph_version: 1 },
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
		returns: { name: 'New', color: '#112233', icon: '📁', parent_id: someText },
		unknown: { name: 'New', parentFolderId: rl('nobody') },
	},
	{ use: 'folder.get', given: aFolder, returns: { name: 'Old' }, unknown: noFolder },
	{ use: 'folder.getMany', given: aFolder, returns: { name: 'Old' }, empty: {} },
	{
		use: 'folder.getMany',
		about: 'below another one',
		given: async (world) => {
			const { id } = await folder(world);
			await folder(world, 'Inner', id);
			return { parentFolderId: rl(id) };
		},
		returns: { name: 'Inner' },
	},
	{
		use: 'folder.getTree',
		given: async (world) => {
			await folder(world, 'Inner', (await folder(world)).id);
			return {};
		},
		returns: { name: 'Old', children: [{ name: 'Inner', children: [] }] },
		empty: {},
	},
	{
		use: 'folder.update',
		given: async (world) => ({ ...(await aFolder(world)), updateFields: { name: 'Newer' } }),
		returns: { name: 'Newer' },
		unknown: { ...noFolder, updateFields: { name: 'Newer' } },
	},
	{
		use: 'folder.move',
		given: async (world) => ({
			...(await aFolder(world)),
			targetFolderId: rl((await folder(world, 'Other')).id),
		}),
		returns: { name: 'Old', parent_id: someText },
		unknown: { ...noFolder, targetFolderId: rl('root') },
	},
	{
		use: 'folder.move',
		about: 'to the root',
		given: async (world) => ({
			folderId: rl((await folder(world, 'Inner', (await folder(world)).id)).id),
			targetFolderId: rl('root'),
		}),
		returns: { name: 'Inner', parent_id: null },
	},
	{ use: 'folder.delete', given: aFolder, returns: { deleted: true }, unknown: noFolder },
];

export const libraryTrials: Trial[] = [...agents, ...folders];
