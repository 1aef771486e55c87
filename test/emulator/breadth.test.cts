import { credentialAgent, greetingAgent } from './agents';
import { Client, type ErrorBody } from './client.cts';
import { loadContract } from './contract.cts';
import { startEmulator, type Emulator, type Schemas } from './index.cts';

let emulator: Emulator;
let client: Client;

beforeEach(async () => {
	emulator = await startEmulator();
	client = new Client(emulator, emulator.createAccount({ name: 'Ada' }));
});

afterEach(async () => {
	await emulator.close();
});

test('every operation of the contract needs a key and its scopes', async () => {
	const free = await startEmulator({ limits: false });
	const caller = new Client(free, free.createAccount(), ['USE_TOOLS']);
	for (const operation of loadContract().operations) {
		const path = operation.path.replaceAll(/\{\w+\}/g, 'x');
		const anonymous = await caller.call<ErrorBody>(operation.method, path, { key: null });
		expect([operation.id, anonymous.status]).toEqual([operation.id, 401]);
		if (operation.scopes.length === 0) continue;
		const poor = await caller.call<ErrorBody>(operation.method, path);
		expect([operation.id, poor.status]).toEqual([operation.id, 403]);
		for (const scope of operation.scopes) expect(poor.body.error.message).toContain(scope);
	}
	expect(free.contractViolations).toEqual([]);
	await free.close();
});

test('the marketplace: listings, adding one, creators', async () => {
	const list = async (query: string) =>
		(await client.get<Schemas['MarketplaceAgentPage']>(`/marketplace/agents${query}`)).body;
	expect((await list('?sorted_by=name')).items.map((one) => one.name)).toEqual([
		'Greeting agent',
		'Review agent',
	]);
	expect((await list('?featured=true')).total_count).toBe(1);
	expect((await list('?search_query=judge')).total_count).toBe(1);
	expect((await list('?creator=nobody')).total_count).toBe(0);
	const path = '/marketplace/agents/Emulator-Creator/Greeting-Agent';
	const details = await client.get<Schemas['MarketplaceAgentDetails']>(path);
	const byVersion = await client.get(
		`/marketplace/agents/by-version/${details.body.store_listing_version_id}`,
	);
	expect(byVersion.body).toEqual(details.body);
	const added = await client.post<Schemas['LibraryAgent']>(`${path}/add-to-library`);
	expect(added.body).toMatchObject({ name: 'Greeting agent', can_access_graph: false });
	expect((await client.post(`${path}/add-to-library`)).status).toBe(201);
	const run = await client.start(added.body.id, { name: 'Ada' });
	await client.until(run.body.id, 'COMPLETED');
	const listing = await client.get(`/graphs/${added.body.graph_id}/marketplace-listing`);
	expect(listing.status).toBe(200);
	const creators = await client.get<Schemas['CreatorPage']>('/marketplace/creators');
	expect(creators.body.items).toMatchObject([{ username: 'emulator-creator', num_agents: 2 }]);
	expect((await client.get('/marketplace/creators/EMULATOR-creator')).status).toBe(200);
	expect((await client.get('/marketplace/creators/nobody')).status).toBe(404);
	expect(emulator.contractViolations).toEqual([]);
});

test('an agent that is in the library of another organization cannot be added', async () => {
	const member = emulator.createAccount({ organization: 'Acme' });
	const caller = new Client(emulator, member);
	const add = '/marketplace/agents/emulator-creator/greeting-agent/add-to-library';
	expect((await caller.post(add)).status).toBe(201);
	const key = member.createKey({ personal: true });
	expect((await caller.post(add, undefined, { key })).status).toBe(409);
	expect(emulator.contractViolations).toEqual([]);
});

test('own profile and submissions', async () => {
	expect((await client.get('/marketplace/profile')).status).toBe(404);
	const profile = { username: 'ada', links: ['https://ada.example'], avatar_url: null };
	const patched = await client.call('PATCH', '/marketplace/profile', { json: profile });
	expect(patched.body).toMatchObject(profile);
	expect((await client.get('/marketplace/profile')).body).toEqual(patched.body);
	const { graphId } = client.account.createAgent(greetingAgent);
	const body = {
		graph_id: graphId,
		graph_version: 1,
		name: 'Hello',
		slug: 'hello',
		description: 'Says hello',
		sub_heading: 'Hi',
		video_url: 'https://video.example',
	};
	const submitted = await client.post<Schemas['Submission']>('/marketplace/submissions', body);
	expect(submitted.body.submission_status).toBe('PENDING');
	const unknown = { ...body, graph_id: 'unknown' };
	expect((await client.post('/marketplace/submissions', unknown)).status).toBe(404);
	const path = `/marketplace/submissions/${submitted.body.listing_version_id}`;
	const json = { name: 'B', sub_heading: '', description: '', image_urls: [], categories: [] };
	const edited = await client.call<Schemas['Submission']>('PUT', path, { json });
	expect(edited.body).toMatchObject({ name: 'B', slug: 'hello', video_url: null });
	const list = await client.get<Schemas['SubmissionPage']>('/marketplace/submissions');
	expect(list.body.total_count).toBe(1);
	emulator.decideSubmission(submitted.body.listing_version_id, true);
	expect((await client.call('DELETE', path)).status).toBe(403);
	expect((await client.get('/marketplace/agents/ada/hello')).status).toBe(200);
	emulator.decideSubmission(submitted.body.listing_version_id, false);
	expect((await client.call('DELETE', path)).status).toBe(204);
	expect(emulator.contractViolations).toEqual([]);
});

test('pictures for submissions', async () => {
	const upload = (name: string, bytes: number) => {
		const form = new FormData();
		form.append('file', new Blob([new Uint8Array(bytes)]), name);
		return client.call<Schemas['MediaUrl']>('POST', '/marketplace/submissions/media', {
			body: form,
		});
	};
	const { status, body } = await upload('a.png', 8);
	expect(status).toBe(201);
	expect((await (await fetch(body.url)).arrayBuffer()).byteLength).toBe(8);
	expect((await upload('a.png', 10 * 1024 * 1024 + 1)).status).toBe(413);
	emulator.mode.largeMedia = 400;
	expect((await upload('a.png', 10 * 1024 * 1024 + 1)).status).toBe(400);
	expect((await upload('a.txt', 8)).status).toBe(400);
	expect((await client.get<Schemas['WorkspaceFilePage']>('/files')).body.total_count).toBe(0);
	expect(emulator.contractViolations).toEqual([]);
});

test('invoices have one page, and take no cursor', async () => {
	expect((await client.get('/credits/invoices?cursor=any')).status).toBe(400);
	expect((await client.get('/credits/invoices?limit=100')).status).toBe(200);
});

test('credits, subscription, invoices and costs', async () => {
	client.account.balance = 500;
	const { agentId, graphId } = client.account.createAgent(credentialAgent);
	const { id, provider, type } = client.account.addCredential({ provider: 'anthropic' });
	const credentials = { 'anthropic-openai_api_key_credentials': { id, provider, type } };
	const run = client.account.startRun(agentId, { prompt: 'Why?' }, { credentials });
	await client.until(run, 'COMPLETED');
	expect((await client.get('/credits')).body).toEqual({ balance_cents: 498 });
	const top = await client.get<Schemas['CreditTransactionPage']>(
		'/credits/transactions?transaction_type=TOP_UP',
	);
	expect(top.body.items).toEqual([]);
	const plan = await client.get<Schemas['Subscription']>('/credits/subscription');
	expect(plan.body).toMatchObject({ tier: 'PRO', monthly_cost_cents: 2500 });
	expect(plan.headers.get('x-ratelimit-limit')).toBe('60');
	expect((await client.get<Schemas['InvoicePage']>('/credits/invoices')).body.items).toEqual([]);
	const costs = await client.get<Schemas['CostSummary']>('/credits/cost-summary?since=2026-01-01');
	expect(costs.body).toMatchObject({
		total_cents: 2,
		by_agent: [{ graph_id: graphId, cost_cents: 2, run_count: 1 }],
		top_runs: [{ run_id: run }],
	});
	const wrong = '/credits/cost-summary?since=2026-02-01T00:00:00&until=2026-01-01T00:00:00Z';
	expect((await client.get(wrong)).status).toBe(422);
	expect(emulator.contractViolations).toEqual([]);
});

test('search: own content only when asked for, and with its scope', async () => {
	client.account.createAgent(greetingAgent);
	client.account.addFile('greeting.txt', 'x');
	const search = (query: string, key?: string) =>
		client.get<Schemas['SearchResultPage']>(`/search?query=greeting${query}`, { key });
	const kinds = (page: Schemas['SearchResultPage']) => page.items.map((one) => one.content_type);
	const plain = await search('');
	expect(kinds(plain.body)).toEqual(['STORE_AGENT']);
	expect(plain.headers.get('x-ratelimit-limit')).toBe('30');
	const own = await search('&content_types=LIBRARY_AGENT&content_types=WORKSPACE_FILE');
	expect(kinds(own.body)).toEqual(['LIBRARY_AGENT', 'WORKSPACE_FILE']);
	const poor = client.account.createKey({ scopes: ['READ_FILES'] });
	expect((await search('&content_types=LIBRARY_AGENT', poor)).status).toBe(403);
	expect((await client.get('/search')).status).toBe(422);
	expect(emulator.contractViolations).toEqual([]);
});

test('drift is noticed: unknown fields, parameters, paths, and wrong answers', async () => {
	await client.get('/runs?page=2');
	await client.post('/library/folders', { name: 'A', colour: 'red' });
	await client.get('/presets');
	await client.call('PUT', '/me');
	expect(emulator.contractViolations).toEqual([
		'request listRuns: unknown query parameter page',
		'request createFolder: unknown field body.colour',
		'request GET /external-api/v2/presets: not in the contract',
		'request PUT /external-api/v2/me: not in the contract',
	]);
	const contract = loadContract();
	const [me] = contract.operations;
	expect(contract.responseProblems(me!, 200, {}).length).toBeGreaterThan(5);
	expect(contract.responseProblems(me!, 201, {})).toEqual([
		'response 201 of getMe: status not in the contract',
	]);
});

test('an older server: presets in its description, no keys as Bearer, stop answers 202', async () => {
	emulator.mode.version = 'O3';
	const spec = await client.get<{ paths: object }>('/openapi.json');
	expect(spec.body.paths).toHaveProperty('/library/presets');
	const headers = { Authorization: `Bearer ${client.key}` };
	expect((await client.get('/me', { key: null, headers })).status).toBe(401);
	const { agentId } = client.account.createAgent(greetingAgent);
	const run = await client.start(agentId, {});
	await client.until(run.body.id, 'COMPLETED');
	expect((await client.post(`/runs/${run.body.id}/stop`)).status).toBe(202);
	const chosen = { x: { id: 'cr', provider: 'p', type: 'api_key' } };
	const broken = await client.post(`/library/agents/${agentId}/runs`, {
		credentials_inputs: chosen,
	});
	expect(broken.status).toBe(500);
});

test('pages of the web app say what they are', async () => {
	const { agentId, graphId } = client.account.createAgent(greetingAgent);
	const builder = `/build?flowID=${graphId}&flowVersion=1`;
	for (const path of ['/', `/library/agents/${agentId}`, builder, '/settings/api-keys']) {
		const answer = await fetch(emulator.webUrl + path);
		expect(answer.status).toBe(200);
		expect(await answer.text()).toContain('This is not the real one');
	}
});
