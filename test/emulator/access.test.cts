import { credentialAgent, greetingAgent, slowAgent } from './agents';
import { Client, type ErrorBody } from './client.cts';
import { startEmulator, type Emulator, type Schemas } from './index.cts';

let emulator: Emulator;
let client: Client;

beforeEach(async () => {
	emulator = await startEmulator();
	// The middle of a minute, so that no window ends during a test.
	const now = emulator.clock.now();
	emulator.clock.skewMs = 5000 - (now.getTime() % 60_000);
	client = new Client(emulator, emulator.createAccount({ name: 'Ada', timezone: 'Asia/Tokyo' }));
});

afterEach(async () => {
	await emulator.close();
});

test('check 1: without a key everything but the description is 401', async () => {
	const answer = await client.get<ErrorBody>('/me', { key: null });
	expect(answer.status).toBe(401);
	expect(answer.body.error.code).toBe('unauthorized');
	expect((await client.get('/runs', { key: null })).status).toBe(401);
	const spec = await client.get<{ info: { description: string } }>('/openapi.json', { key: null });
	expect(spec.status).toBe(200);
	expect(spec.body.info.description).toContain('AutoGPT emulator');
});

test('check 2: a wrong key is 401 five times, then 429', async () => {
	const statuses: number[] = [];
	for (let calls = 0; calls < 6; calls += 1) {
		const answer = await client.get('/me', { key: 'agpt_wrong' });
		statuses.push(answer.status);
		if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
		expect(answer.headers.get('x-ratelimit-limit')).toBeNull();
	}
	expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
	expect((await client.get('/me')).status).toBe(200);
	emulator.clock.advance(60_000);
	expect((await client.get('/me', { key: 'agpt_wrong' })).status).toBe(401);
});

test('in an older reading strangers see their limit, too', async () => {
	emulator.mode.limitsShownToStrangers = true;
	const limits: Array<string | null> = [];
	for (let calls = 0; calls < 6; calls += 1) {
		const { headers } = await client.get('/me', { key: 'agpt_wrong' });
		limits.push(headers.get('x-ratelimit-limit'));
	}
	expect(limits).toEqual(['5', '5', '5', '5', '5', '5']);
});

test('older servers ask for other scopes here and there', async () => {
	emulator.mode.scopeNames = 'old';
	const key = client.account.createKey({ scopes: ['READ_FILES', 'WRITE_FILES', 'READ_RUN'] });
	const refusal = async (method: string, path: string) =>
		(await client.call<ErrorBody>(method, path, { key })).body.error.message;
	expect(await refusal('GET', '/files')).toContain('DOWNLOAD_FILES');
	expect(await refusal('POST', '/files/upload')).toContain('UPLOAD_FILES');
	expect(await refusal('GET', '/runs')).toContain('READ_LIBRARY');
	expect(await refusal('GET', '/marketplace/agents')).toContain('READ_STORE');
	const old = client.account.createKey({ scopes: ['DOWNLOAD_FILES'] });
	expect((await client.get('/files', { key: old })).status).toBe(200);
});

test('after thirty wrong keys in a minute a good key suffers too', async () => {
	for (let calls = 0; calls < 30; calls += 1)
		await client.get('/me', { key: `agpt_wrong${calls}` });
	const { status, headers } = await client.get('/me');
	expect(status).toBe(429);
	expect(headers.get('x-ratelimit-limit')).toBeNull();
	expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
});

test('check 3: a bad X-API-Key beside a good Bearer is 401', async () => {
	const headers = { Authorization: `Bearer ${client.key}` };
	expect((await client.get('/me', { key: null, headers })).status).toBe(200);
	expect((await client.get('/me', { key: 'agpt_bad', headers })).status).toBe(401);
});

test('check 4: a key without IDENTITY is 403 that names it', async () => {
	const key = client.account.createKey({ scopes: ['READ_RUN'] });
	const answer = await client.get<ErrorBody>('/me', { key });
	expect(answer.status).toBe(403);
	expect(answer.body.error.message).toContain('IDENTITY');
});

test('check 5: creating a schedule needs RUN_AGENT too', async () => {
	const key = client.account.createKey({ scopes: ['WRITE_SCHEDULE'] });
	const answer = await client.post<ErrorBody>('/schedules', {}, { key });
	expect(answer.status).toBe(403);
	expect(answer.body.error.message).toContain('RUN_AGENT');
	expect(answer.body.error.message).not.toContain('WRITE_SCHEDULE');
});

test("check 6: another tenant's object is 404, a foreign team 403", async () => {
	const other = emulator.createAccount();
	const { agentId, graphId } = other.createAgent(greetingAgent);
	const run = other.startRun(agentId, { name: 'Ada' });
	const file = other.addFile('notes.txt', 'secret');
	for (const path of [
		`/runs/${run}`,
		`/library/agents/${agentId}`,
		`/graphs/${graphId}`,
		`/files/${file.id}`,
	]) {
		expect((await client.get(path)).status).toBe(404);
	}
	const team = (id: string) =>
		client.get<Schemas['Identity']>('/me', { headers: { 'X-Team-Id': id } });
	expect((await team(other.createTeam())).status).toBe(403);
	const own = client.account.createTeam('Writers');
	expect((await team(own)).body.team).toEqual({ id: own, name: 'Writers' });
	expect((await team('  ')).body.team).toBeNull();
	const pinned = client.account.createKey({ teamId: own });
	const elsewhere = { 'X-Team-Id': client.account.createTeam() };
	expect((await client.get('/me', { key: pinned, headers: elsewhere })).status).toBe(403);
});

test.each([
	['forbidden', 403],
	['notFound', 404],
] as const)("a team-mate's run or graph can be read, not changed: %s", async (mode, status) => {
	emulator.mode.teamMates = mode;
	const [owner, mate] = ['Ann', 'Bob'].map((name) =>
		emulator.createAccount({ name, organization: 'Acme' }),
	);
	const { agentId, graphId } = owner!.createAgent(slowAgent, { manual: true });
	const run = owner!.startRun(agentId);
	const bob = new Client(emulator, mate!);
	for (const path of [`/runs/${run}`, `/graphs/${graphId}`, `/graphs/${graphId}/versions`]) {
		expect((await bob.get(path)).status).toBe(200);
	}
	const review = { reviews: [{ node_exec_id: 'x', approved: true }] };
	const answers = await Promise.all([
		bob.post<ErrorBody>(`/runs/${run}/stop`),
		bob.post<ErrorBody>(`/runs/${run}/share`),
		bob.post<ErrorBody>(`/runs/${run}/reviews`, review),
		bob.call<ErrorBody>('DELETE', `/runs/${run}/share`),
		bob.call<ErrorBody>('DELETE', `/runs/${run}`),
		bob.call<ErrorBody>('PUT', `/graphs/${graphId}`, { json: slowAgent }),
		bob.call<ErrorBody>('PUT', `/graphs/${graphId}/versions/active`, {
			json: { active_graph_version: 1 },
		}),
	]);
	expect(answers.map((one) => one.status)).toEqual(answers.map(() => status));
	for (const { body } of answers) {
		const said = mode === 'forbidden' ? 'belongs to another member' : 'not found';
		expect(body.error.message).toContain(said);
	}
	const stranger = new Client(emulator, emulator.createAccount());
	expect((await stranger.post(`/runs/${run}/stop`)).status).toBe(404);
	expect((await stranger.get(`/graphs/${graphId}`)).status).toBe(404);
	expect((await bob.get('/credits')).status).toBe(403);
	expect((await new Client(emulator, owner!).get('/credits')).status).toBe(200);
});

test('check 7: every failure has exactly code, message and details', async () => {
	const { agentId } = client.account.createAgent(greetingAgent);
	const run = client.account.startRun(agentId, { name: 'Ada' });
	client.account.setRunStatus(run, 'COMPLETED');
	const failures = [
		client.get('/me', { key: null }),
		client.get('/nowhere'),
		client.call('PATCH', '/me'),
		client.get('/runs/unknown'),
		client.post(`/runs/${run}/stop`),
		client.get('/runs?limit=0'),
		client.get('/runs?cursor=garbled'),
		client.post('/graphs', undefined, {
			body: '{"name":',
			headers: { 'Content-Type': 'application/json' },
		}),
	];
	const answers = await Promise.all(failures);
	expect(answers.map((one) => one.status)).toEqual([401, 404, 405, 404, 409, 422, 400, 422]);
	for (const { body } of answers) {
		expect(Object.keys(body as object)).toEqual(['error']);
		expect(Object.keys((body as ErrorBody).error).sort()).toEqual(['code', 'details', 'message']);
	}
});

test('check 8: a limit out of bounds is 422, a garbled cursor 400', async () => {
	const lists = ['/runs', '/library/agents', '/files', '/schedules', '/graphs', '/blocks'];
	for (const list of lists) {
		expect((await client.get(`${list}?limit=0`)).status).toBe(422);
		expect((await client.get(`${list}?limit=101`)).status).toBe(422);
		expect((await client.get(`${list}?cursor=%25%25`)).status).toBe(400);
	}
	const issue = (await client.get<ErrorBody>('/runs?limit=x')).body.error.details?.errors?.[0];
	expect(issue?.loc).toEqual(['query', 'limit']);
	expect((await client.get('/runs?statuses=QUEUED,RUNNING')).status).toBe(422);
	expect((await client.get('/runs?statuses=QUEUED&statuses=RUNNING')).status).toBe(200);
});

describe('pages', () => {
	const page = (path: string) => client.get<Schemas['RunPage']>(path);
	let agentId: string;
	const startMany = (count: number) => {
		for (let runs = 0; runs < count; runs += 1) client.account.startRun(agentId, { name: 'Ada' });
	};

	beforeEach(() => {
		({ agentId } = client.account.createAgent(greetingAgent, { manual: true }));
	});

	test('check 9: forty-five rows come as 20, 20 and 5', async () => {
		startMany(45);
		const sizes: number[] = [];
		let cursor: string | null = '';
		while (cursor !== null) {
			const { body }: { body: Schemas['RunPage'] } = await page(`/runs?limit=20&cursor=${cursor}`);
			sizes.push(body.items.length);
			expect(body.total_count).toBe(45);
			cursor = body.next_cursor;
		}
		expect(sizes).toEqual([20, 20, 5]);
	});

	test('check 10: a run added between two pages repeats an item', async () => {
		startMany(4);
		const first = await page('/runs?limit=2');
		startMany(1);
		const second = await page(`/runs?limit=2&cursor=${first.body.next_cursor}`);
		expect(second.body.items[0]?.id).toBe(first.body.items[1]?.id);
	});

	test('check 11: cursors of another list', async () => {
		startMany(4);
		client.account.createAgent(greetingAgent);
		const agents = await page('/library/agents?limit=1');
		const wrong = `/runs?limit=1&cursor=${agents.body.next_cursor}`;
		expect((await page(wrong)).body.items[0]?.id).toBe(client.account.runs().at(-2)?.id);
		emulator.mode.strictCursors = true;
		expect((await page(wrong)).status).toBe(400);
		const { agentId: asker } = client.account.createAgent(credentialAgent);
		const { id, provider, type } = client.account.addCredential({ provider: 'openai' });
		for (let runs = 0; runs < 2; runs += 1) {
			const credentials = { 'anthropic-openai_api_key_credentials': { id, provider, type } };
			const run = client.account.startRun(asker, { prompt: 'Why?' }, { credentials });
			await client.until(run, 'COMPLETED');
		}
		const transactions = await page('/credits/transactions?limit=1');
		const keyset = transactions.body.next_cursor;
		expect(keyset).not.toBeNull();
		expect(transactions.body.total_count).toBeNull();
		const rest = await page(`/credits/transactions?limit=1&cursor=${keyset}`);
		expect(rest.body).toMatchObject({ items: [expect.anything()], next_cursor: null });
		emulator.mode.strictCursors = false;
		expect((await page(`/runs?cursor=${keyset}`)).status).toBe(400);
	});
});

test('check 12: three headers, the reset in seconds left', async () => {
	const { headers } = await client.get('/me');
	expect(headers.get('x-ratelimit-limit')).toBe('200');
	expect(headers.get('x-ratelimit-remaining')).toBe('199');
	const reset = Number(headers.get('x-ratelimit-reset'));
	expect(reset).toBeGreaterThan(0);
	expect(reset).toBeLessThanOrEqual(60);
	emulator.mode.rateLimitHeaders = false;
	expect((await client.get('/me')).headers.get('x-ratelimit-limit')).toBeNull();
});

test('check 13: the keys of a user share two hundred calls a minute', async () => {
	const second = client.account.createKey();
	for (let calls = 0; calls < 100; calls += 1) {
		expect((await client.get('/me')).status).toBe(200);
		expect((await client.get('/me', { key: second })).status).toBe(200);
	}
	const answers = [await client.get('/me'), await client.get('/me', { key: second })];
	for (const { status, headers } of answers) {
		expect(status).toBe(429);
		expect(headers.get('retry-after')).toBe(headers.get('x-ratelimit-reset'));
	}
	const other = new Client(emulator, emulator.createAccount());
	expect((await other.get('/me')).status).toBe(200);
	emulator.clock.advance(60_000);
	expect((await client.get('/me')).status).toBe(200);
});

test('check 14: sixty starts a minute, replays included', async () => {
	const { agentId } = client.account.createAgent(greetingAgent);
	for (let starts = 0; starts < 60; starts += 1) {
		const { status, headers } = await client.start(agentId, { name: 'Ada' }, 'one-key');
		expect(status).toBe(202);
		expect(headers.get('x-ratelimit-limit')).toBe('60');
	}
	const { status, headers } = await client.start(agentId, { name: 'Ada' }, 'one-key');
	expect(status).toBe(429);
	expect(headers.get('x-ratelimit-limit')).toBe('60');
	expect(client.account.runs()).toHaveLength(1);
	expect((await client.get('/me')).headers.get('x-ratelimit-limit')).toBe('200');
});

test('a server without limits denies nothing', async () => {
	const free = await startEmulator({ limits: false });
	const caller = new Client(free, free.createAccount());
	for (let calls = 0; calls < 210; calls += 1) expect((await caller.get('/me')).status).toBe(200);
	await free.close();
});

test('the clock of the server can be wrong', async () => {
	emulator.clock.skewMs = 3 * 3600 * 1000;
	const date = Date.parse((await client.get('/me')).headers.get('date') ?? '');
	expect(Math.abs(date - Date.now() - 3 * 3600 * 1000)).toBeLessThan(5000);
});

test('a revoked key is 401 at once, and requests are recorded', async () => {
	expect((await client.get('/me?x=1')).status).toBe(200);
	client.account.revokeKey(client.key);
	expect((await client.get('/me')).status).toBe(401);
	expect(emulator.requests.map((one) => [one.method, one.path, one.status, one.account])).toEqual([
		['GET', '/external-api/v2/me?x=1', 200, client.account.userId],
		['GET', '/external-api/v2/me', 401, undefined],
	]);
	expect(emulator.contractViolations).toEqual(['request getMe: unknown query parameter x']);
});

test('a server without version 2 knows nothing of it', async () => {
	emulator.mode.version = 'none';
	expect((await client.get('/me')).status).toBe(404);
	expect((await client.get('/openapi.json')).status).toBe(404);
});
