import { everyInputAgent, greetingAgent } from './agents';
import { blocks } from './blocks/index.cts';
import { Client, type ErrorBody } from './client.cts';
import { startEmulator, type Emulator, type Schemas } from './index.cts';

let emulator: Emulator;
let client: Client;

beforeEach(async () => {
	emulator = await startEmulator();
	client = new Client(emulator, emulator.createAccount({ name: 'Ada' }));
});

afterEach(async () => {
	expect(emulator.contractViolations).toEqual([]);
	await emulator.close();
});

const agent = (id: string) => client.get<Schemas['LibraryAgent']>(`/library/agents/${id}`);

test('graphs: new ids, versions, the active one, blocks', async () => {
	const { body: graph } = await client.post<Schemas['Graph']>('/graphs', greetingAgent);
	const sent = greetingAgent.nodes.map((node) => node.id);
	for (const node of graph.nodes) expect(sent).not.toContain(node.id);
	const inLibrary = await client.get<Schemas['LibraryAgent']>(`/graphs/${graph.id}/library-agent`);
	const put = (changes: object) =>
		client.call<Schemas['Graph']>('PUT', `/graphs/${graph.id}`, {
			json: { ...greetingAgent, ...changes },
		});
	expect((await put({ name: 'Second', is_active: false })).body).toMatchObject({
		version: 2,
		is_active: false,
	});
	expect((await agent(inLibrary.body.id)).body).toMatchObject({
		graph_version: 1,
		is_latest_version: false,
	});
	expect((await put({ name: 'Third' })).body).toMatchObject({ version: 3, is_active: true });
	expect((await agent(inLibrary.body.id)).body).toMatchObject({ graph_version: 3, name: 'Third' });
	const active = await client.call('PUT', `/graphs/${graph.id}/versions/active`, {
		json: { active_graph_version: 2 },
	});
	expect(active.status).toBe(204);
	expect((await client.get<Schemas['Graph']>(`/graphs/${graph.id}`)).body.name).toBe('Second');
	const first = await client.get<Schemas['Graph']>(`/graphs/${graph.id}?version=1`);
	expect(first.body.name).toBe('Greeting agent');
	expect((await client.get(`/graphs/${graph.id}?version=9`)).status).toBe(404);
	const versions = await client.get<Schemas['GraphPage']>(`/graphs/${graph.id}/versions`);
	expect(versions.body.items.map((one) => one.version)).toEqual([3, 2, 1]);
	const used = await client.get<Schemas['BlockPage']>(`/graphs/${graph.id}/blocks`);
	expect(used.body.total_count).toBe(3);
	expect((await client.get<Schemas['GraphMetaPage']>('/graphs')).body.total_count).toBe(1);
	expect((await client.get(`/graphs/${graph.id}/credentials`)).status).toBe(200);
});

test('an invalid graph is a 400', async () => {
	const [node] = greetingAgent.nodes;
	const [link] = greetingAgent.links;
	const bad = [
		{ ...greetingAgent, nodes: [node, node] },
		{ ...greetingAgent, nodes: [{ ...node, block_id: 'unknown' }] },
		{ ...greetingAgent, links: [{ ...link, sink_id: 'unknown' }] },
		{ ...greetingAgent, links: [{ ...link, source_name: 'unknown' }] },
		{
			...greetingAgent,
			nodes: [{ ...node, input_default: { name: 'my_credentials' } }],
			links: [],
		},
	];
	for (const graph of bad) {
		const answer = await client.post<ErrorBody>('/graphs', graph);
		expect(answer.status).toBe(400);
		expect(answer.body.error.details).toBeNull();
	}
	const answer = await client.post<ErrorBody>('/graphs', { nodes: [] });
	expect(answer.body.error.details?.errors?.map((one) => one.loc)).toEqual([
		['body', 'name'],
		['body', 'links'],
	]);
});

test('all blocks are listed with their schemas', async () => {
	const list = await client.get<Schemas['BlockPage']>('/blocks?limit=100');
	expect(list.body.total_count).toBe(blocks.size);
	expect(list.body.items.map((block) => block.block_type)).toContain('HUMAN_IN_THE_LOOP');
});

test('library agents: favourites, archive, pinned versions, folders, forks', async () => {
	const { agentId, graphId } = client.account.createAgent(greetingAgent);
	const patch = (json: object) =>
		client.call<Schemas['LibraryAgent']>('PATCH', `/library/agents/${agentId}`, { json });
	const list = async (query: string) =>
		(await client.get<Schemas['LibraryAgentPage']>(`/library/agents${query}`)).body.total_count;
	expect(await list('?favorite=true')).toBe(0);
	expect((await patch({ is_favorite: true })).body.is_favorite).toBe(true);
	expect(await list('?favorite=true')).toBe(1);
	expect(await list('?published=true')).toBe(0);
	await client.call('PUT', `/graphs/${graphId}`, { json: greetingAgent });
	expect((await patch({ graph_version: 1 })).body.graph_version).toBe(1);
	expect((await patch({ auto_update_version: true })).body.graph_version).toBe(2);
	expect((await patch({ folder_id: 'unknown' })).status).toBe(404);
	const folder = await client.post<Schemas['LibraryFolder']>('/library/folders', { name: 'Work' });
	expect((await patch({ folder_id: folder.body.id })).body.folder_name).toBe('Work');
	expect((await patch({ folder_id: null })).status).toBe(400);
	expect((await agent(agentId)).body.folder_name).toBe('Work');
	expect((await patch({ folder_id: '' })).status).toBe(404);
	emulator.mode.emptyFolderId = 'root';
	expect((await patch({ folder_id: '' })).body.folder_id).toBeNull();
	for (const nothing of [{}, { is_favorite: null }])
		expect((await patch(nothing)).status).toBe(400);
	const fork = await client.post<Schemas['LibraryAgent']>(`/library/agents/${agentId}/fork`);
	expect(fork.status).toBe(201);
	expect(fork.body.graph_id).not.toBe(graphId);
	expect(await list('')).toBe(2);
	await patch({ is_archived: true });
	expect(await list('')).toBe(1);
	const run = client.account.startRun(fork.body.id, { name: 'Ada' });
	expect((await client.until(run, 'COMPLETED')).outputs).toEqual({ greeting: ['Hello, Ada!'] });
});

test('folders: names, nesting, moving, deleting', async () => {
	const create = (name: string, parent_id: string | null = null) =>
		client.post<Schemas['LibraryFolder']>('/library/folders', { name, parent_id });
	const move = (id: string, target_parent_id: string | null) =>
		client.post<Schemas['LibraryFolder']>(`/library/folders/${id}/move`, { target_parent_id });
	const { body: outer } = await create('Outer');
	const { body: inner } = await create('Inner', outer.id);
	expect((await create('Outer')).status).toBe(409);
	expect((await create('Lost', 'unknown')).status).toBe(404);
	expect((await create('')).status).toBe(422);
	expect((await move(outer.id, inner.id)).status).toBe(400);
	const { agentId } = client.account.createAgent(greetingAgent);
	const json = { folder_id: inner.id };
	await client.call('PATCH', `/library/agents/${agentId}`, { json });
	const tree = await client.get<Schemas['LibraryFolderTreePage']>('/library/folders/tree');
	expect(tree.body.items).toMatchObject([
		{ name: 'Outer', subfolder_count: 1, children: [{ name: 'Inner', agent_count: 1 }] },
	]);
	const path = `/library/folders/${inner.id}`;
	expect((await client.call('PATCH', path, { json: { name: 'Kept' } })).status).toBe(200);
	expect((await client.get<Schemas['LibraryFolder']>(path)).body.name).toBe('Kept');
	const inside = await client.get<Schemas['LibraryFolderPage']>(
		`/library/folders?parent_id=${outer.id}`,
	);
	expect(inside.body.total_count).toBe(1);
	expect((await move(inner.id, null)).body.parent_id).toBeNull();
	await move(inner.id, outer.id);
	expect((await client.call('DELETE', `/library/folders/${outer.id}`)).status).toBe(204);
	expect((await client.get(path)).status).toBe(404);
	expect((await agent(agentId)).body.folder_id).toBeNull();
});

test('stored credentials', async () => {
	const create = (json: object) =>
		client.post<Schemas['CredentialInfo']>('/integrations/credentials', json);
	const remove = (id: string, query = '') =>
		client.call('DELETE', `/integrations/credentials/${id}${query}`);
	const key = await create({ type: 'api_key', provider: 'OpenAI', title: 'Mine', api_key: 'sk' });
	expect(key.status).toBe(201);
	expect(key.text).not.toContain('sk"');
	const host = { type: 'host_scoped', provider: 'http', headers: { A: 'b' } };
	expect((await create({ ...host, host: 'https://x.example' })).status).toBe(422);
	expect((await create({ ...host, host: '*.x.example:8080' })).status).toBe(201);
	expect((await create({ type: 'oauth2', provider: 'google' })).status).toBe(422);
	const found = await client.get<Schemas['CredentialInfoPage']>(
		'/integrations/credentials?provider=openai',
	);
	expect(found.body.items.map((one) => one.id)).toEqual([key.body.id]);
	const managed = client.account.addCredential({ provider: 'openai', isManaged: true });
	expect((await remove(managed.id)).status).toBe(403);
	const hooked = client.account.addCredential({ provider: 'github', usedByWebhook: true });
	expect((await remove(hooked.id)).status).toBe(409);
	expect((await remove(hooked.id, '?force=true')).status).toBe(204);
	expect((await remove(hooked.id)).status).toBe(404);
});

test('an agent that a webhook starts cannot be started', async () => {
	const trigger = { provider: 'github', config_schema: {}, credentials_input_name: null };
	const { agentId } = client.account.createAgent(greetingAgent, { trigger });
	expect((await agent(agentId)).body.trigger_setup_info).toEqual(trigger);
	expect((await client.start(agentId, { name: 'Ada' })).status).toBe(400);
});

test('null overrides the default of an input, and decimals are cut', async () => {
	const node = (id: string, name: string, input_default: object, block_id: string) => ({
		id,
		block_id,
		input_default: { name, ...input_default },
		metadata: {},
	});
	const number = '96dae2bb-97a2-41c2-bd2f-13a3b5a8ea98';
	const output = '363ae599-353e-4804-937e-b2ee3cef3da4';
	const { agentId } = client.account.createAgent({
		name: 'Counter',
		description: '',
		is_active: true,
		nodes: [
			node('in', 'count', { value: 7, title: 42, description: ['odd'] }, number),
			node('out', 'count', {}, output),
		],
		links: [
			{
				id: 'link',
				source_id: 'in',
				source_name: 'result',
				sink_id: 'out',
				sink_name: 'value',
				is_static: false,
			},
		],
	});
	const outputs = async (inputs: object) => {
		const { body } = await client.start(agentId, inputs as Record<string, unknown>);
		return (await client.until(body.id, 'COMPLETED')).outputs;
	};
	expect(await outputs({})).toEqual({ count: [7] });
	expect(await outputs({ count: 2.9 })).toEqual({ count: [2] });
	expect(await outputs({ count: null })).toEqual({});
	// Titles and descriptions are not checked.
	const { input_schema } = (await agent(agentId)).body;
	expect(input_schema.properties?.count).toMatchObject({ title: 42, description: ['odd'] });
});

test('every kind of input goes through a run', async () => {
	const { agentId } = client.account.createAgent(everyInputAgent);
	const inputs = {
		topic: { any: ['json'] },
		who: 'Ada',
		brief: 'Long\ntext',
		due: '2026-10-20',
		at: '09:30:00',
		doc: 'workspace://f#text/plain',
		rows: [{ City: 'Oslo' }],
		draft: true,
		mood: 'unlisted',
	};
	const started = await client.start(agentId, inputs);
	const run = await client.until(started.body.id, 'COMPLETED');
	const given = Object.entries({ ...inputs, copies: 2, sheet: {} });
	const outputs = Object.fromEntries(given.map(([name, value]) => [name, [value]]));
	expect(run.outputs).toEqual(outputs);
	expect((await client.start(agentId, { ...inputs, due: 'tomorrow' })).status).toBe(400);
	expect((await client.start(agentId, { ...inputs, draft: 'perhaps' })).status).toBe(400);
	expect((await client.start(agentId, { ...inputs, rows: 'none' })).status).toBe(400);
});

describe('the list of library agents', () => {
	const listed = async () =>
		(await client.get<Schemas['LibraryAgentPage']>('/library/agents')).body.items;
	let older: string;
	let newer: string;

	beforeEach(() => {
		older = client.account.createAgent(greetingAgent).agentId;
		emulator.clock.advance(60_000);
		newer = client.account.createAgent(greetingAgent).agentId;
	});

	test('begins with the oldest created, whatever was changed or run', async () => {
		const json = { is_favorite: true };
		await client.call('PATCH', `/library/agents/${newer}`, { json });
		client.account.startRun(newer, { name: 'Ada' });
		expect((await listed()).map(({ id }) => id)).toEqual([older, newer]);
	});

	test('begins with the last updated in an older reading', async () => {
		emulator.mode.agentOrder = 'lastUpdated';
		expect((await listed()).map(({ id }) => id)).toEqual([newer, older]);
		emulator.clock.advance(60_000);
		client.account.startRun(older, { name: 'Ada' });
		expect((await listed()).map(({ id }) => id)).toEqual([older, newer]);
	});

	test('moves `updated_at` with every run, but of no other agent than that of the run', async () => {
		const before = await listed();
		emulator.clock.advance(60_000);
		const run = client.account.startRun(older, { name: 'Ada' });
		await client.until(run, 'COMPLETED');
		const [ran, other] = await listed();
		expect(Date.parse(ran!.updated_at)).toBeGreaterThan(Date.parse(before[0]!.updated_at));
		expect({ ...ran, updated_at: '' }).toEqual({ ...before[0], updated_at: '' });
		expect(other).toEqual(before[1]);
	});

	test('moves `updated_at` with changes only in an older reading', async () => {
		emulator.mode.runsMoveUpdatedAt = false;
		const before = await listed();
		emulator.clock.advance(60_000);
		await client.until(client.account.startRun(older, { name: 'Ada' }), 'COMPLETED');
		expect(await listed()).toEqual(before);
		const json = { is_favorite: true };
		await client.call('PATCH', `/library/agents/${older}`, { json });
		expect((await listed())[0]!.updated_at).not.toBe(before[0]!.updated_at);
	});
});
