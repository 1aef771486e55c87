import { greetingAgent } from './agents';
import { Client } from './client.cts';
import { startEmulator, V1_SCOPES, type Emulator, type Mode } from './index.cts';

const FILL_TEMPLATE = 'db7d8f02-2f44-4c55-ab7a-eae0941f0c30';

let emulator: Emulator;

beforeAll(async () => {
	emulator = await startEmulator({ limits: true });
});
afterAll(async () => await emulator.close());

const NEWEST: Partial<Mode> = { version: 'N', v1: 'V7', v1Limits: 'none' };

afterEach(() => {
	expect(emulator.contractViolations.filter((one) => one.startsWith('v1'))).toEqual([]);
	Object.assign(emulator.mode, NEWEST);
});

function only(generation: 'V3' | 'V5' | 'V7'): void {
	Object.assign(emulator.mode, { version: 'none', v1: generation });
}

/** A caller whose key has what a server without v2 can give. */
class Caller {
	readonly account = emulator.createAccount();

	readonly key = this.account.createKey({ scopes: [...V1_SCOPES] });

	async call<T = { detail: unknown }>(
		method: string,
		path: string,
		json?: unknown,
		headers: Record<string, string> = { 'X-API-Key': this.key },
	) {
		const response = await fetch(`${emulator.origin}/external-api${path}`, {
			method,
			redirect: 'manual',
			headers: { ...headers, 'Content-Type': 'application/json' },
			body: json === undefined ? undefined : JSON.stringify(json),
		});
		const text = await response.text();
		const isJson = response.headers.get('content-type')?.startsWith('application/json');
		return {
			status: response.status,
			headers: response.headers,
			text,
			body: (isJson ? JSON.parse(text) : undefined) as T,
		};
	}

	async start(graphId: string, body: unknown = { node_input: { name: 'Ada' } }) {
		return await this.call<{ id: string }>('POST', `/v1/graphs/${graphId}/execute/1`, body);
	}

	async results(graphId: string, runId: string) {
		return await this.call<{ status: string; output: unknown; nodes: object[] }>(
			'GET',
			`/v1/graphs/${graphId}/executions/${runId}/results`,
		);
	}

	async finished(graphId: string, runId: string) {
		for (;;) {
			const answer = await this.results(graphId, runId);
			if (answer.status !== 200 || answer.body.status === 'COMPLETED') return answer;
		}
	}
}

describe('A server with API v1 only', () => {
	beforeEach(() => only('V7'));

	test('knows no path of v2, whatever the key', async () => {
		const caller = new Caller();
		for (const key of ['', 'agpt_wrong', caller.key]) {
			const headers = { 'X-API-Key': key };
			const { status, body } = await caller.call('GET', '/v2/runs', undefined, headers);
			expect([status, body]).toEqual([404, { detail: 'Not Found' }]);
		}
	});

	test('describes itself above v1, and not below it', async () => {
		const caller = new Caller();
		const { status, body } = await caller.call<{ paths: object }>('GET', '/openapi.json');
		expect(status).toBe(200);
		expect(Object.keys(body.paths)).toContain('/v1/graphs/{graph_id}/execute/{graph_version}');
		expect((await caller.call('GET', '/v1/openapi.json')).status).toBe(404);
	});

	test('starts a graph, and returns its texts value by value', async () => {
		const caller = new Caller();
		const { graphId } = caller.account.createAgent(greetingAgent);
		const started = await caller.start(graphId);
		expect([started.status, Object.keys(started.body)]).toEqual([200, ['id']]);
		const { body } = await caller.finished(graphId, started.body.id);
		expect(body).toMatchObject({ status: 'COMPLETED', output: [{ greeting: 'Hello, Ada!' }] });
		const output = body.nodes.at(-1);
		expect(output).toMatchObject({
			input: 'Hello, Ada!',
			output: { output: ['Hello, Ada!'], name: ['greeting'] },
		});
	});

	test('starts without inputs where the body has the form of v2', async () => {
		const caller = new Caller();
		const { graphId } = caller.account.createAgent(greetingAgent, { manual: true });
		const { status, body } = await caller.start(graphId, { inputs: { name: 'Ada' } });
		expect(status).toBe(200);
		expect(caller.account.run(body.id).inputs).toEqual({});
	});

	test.each([
		['"7"', ['7'], 200],
		['7', [7], 500],
		['null', [null], 500],
	])('reads a run with the output %s', async (_, values, status) => {
		const caller = new Caller();
		const { agentId, graphId } = caller.account.createAgent(greetingAgent, { manual: true });
		const runId = caller.account.startRun(agentId);
		expect((await caller.results(graphId, runId)).status).toBe(200);
		caller.account.finishRun(runId, 'COMPLETED', { greeting: values });
		for (let look = 0; look < 2; look++) {
			const answer = await caller.results(graphId, runId);
			expect(answer.status).toBe(status);
			if (status === 500) expect(answer.text).toBe('Internal Server Error');
		}
	});

	test('garbles the text of a refused start', async () => {
		const caller = new Caller();
		const { status, body } = await caller.start('café');
		expect([status, body]).toEqual([400, { detail: 'No graph #cafÃ©' }]);
	});

	test('parks a run for a review, and cannot answer it', async () => {
		const caller = new Caller();
		const { agentId, graphId } = caller.account.createAgent(greetingAgent, { manual: true });
		const runId = caller.account.startRun(agentId);
		caller.account.requestReview(runId);
		expect((await caller.results(graphId, runId)).body.status).toBe('REVIEW');
		expect((await caller.call('GET', '/v1/runs/reviews')).body).toEqual({ detail: 'Not Found' });
	});

	test('ends a run FAILED when the balance is empty', async () => {
		const caller = new Caller();
		caller.account.balance = 0;
		const { graphId } = caller.account.createAgent(greetingAgent);
		const { body } = await caller.start(graphId);
		const answer = await caller.results(graphId, body.id);
		expect(answer.body).toMatchObject({ status: 'FAILED', output: null });
	});

	test('counts requests for each key, and sends the end of the window as an epoch', async () => {
		emulator.mode.v1Limits = 'perKey';
		const caller = new Caller();
		const { graphId } = caller.account.createAgent(greetingAgent, { manual: true });
		const statuses = new Set<number>();
		let reset = 0;
		for (let index = 0; index <= 30; index++) {
			const { headers, status } = await caller.start(graphId);
			statuses.add(status);
			reset = Number(headers.get('x-ratelimit-reset'));
		}
		expect([...statuses]).toEqual([200, 429]);
		expect(reset * 1000 - emulator.clock.now().getTime()).toBeLessThanOrEqual(61_000);
		expect(reset).toBeGreaterThan(1e9);
	});

	test('judges the API key alone, and takes it as no token', async () => {
		const caller = new Caller();
		const both = { 'X-API-Key': 'agpt_wrong', Authorization: `Bearer ${caller.key}` };
		expect((await caller.call('GET', '/v1/me', undefined, both)).status).toBe(401);
		const bearer = { Authorization: `Bearer ${caller.key}` };
		expect((await caller.call('GET', '/v1/me', undefined, bearer)).status).toBe(401);
		expect((await caller.call('GET', '/v1/me')).body).toMatchObject({ id: caller.account.userId });
	});

	test('names the permissions that are missing', async () => {
		const caller = new Caller();
		const key = caller.account.createKey({ scopes: ['IDENTITY'] });
		const { status, body } = await caller.call(
			'POST',
			'/v1/graphs',
			{ name: 'A', description: '' },
			{ 'X-API-Key': key },
		);
		expect(status).toBe(403);
		expect(body.detail).toBe('Missing required permission(s): WRITE_GRAPH, WRITE_LIBRARY');
	});
});

describe('Generations of API v1', () => {
	test('V3 has four operations, and no more', async () => {
		only('V3');
		const caller = new Caller();
		const { body } = await caller.call<{ paths: object }>('GET', '/openapi.json');
		expect(Object.keys(body.paths).sort()).toEqual([
			'/v1/blocks',
			'/v1/blocks/{block_id}/execute',
			'/v1/graphs/{graph_id}/execute/{graph_version}',
			'/v1/graphs/{graph_id}/executions/{graph_exec_id}/results',
		]);
		expect((await caller.call('GET', '/v1/me')).body).toEqual({ detail: 'Not Found' });
	});

	test.each([
		['V5', 200],
		['V7', 404],
	] as const)('%s compares the graph of a run: %d', async (generation, status) => {
		only(generation);
		const caller = new Caller();
		const { agentId } = caller.account.createAgent(greetingAgent, { manual: true });
		const { graphId: other } = caller.account.createAgent(greetingAgent, { manual: true });
		const runId = caller.account.startRun(agentId);
		expect((await caller.results(other, runId)).status).toBe(status);
	});
});

describe('API v1 beside v2', () => {
	test('describes itself below v1', async () => {
		const caller = new Caller();
		const above = await caller.call('GET', '/openapi.json');
		expect([above.status, above.headers.get('location')]).toEqual([
			308,
			'/external-api/v1/openapi.json',
		]);
		const { status, body } = await caller.call<{ paths: object }>('GET', '/v1/openapi.json');
		expect(status).toBe(200);
		expect(Object.keys(body.paths)).toContain('/graphs/{graph_id}/execute/{graph_version}');
	});

	test('shares its runs, and a key made under v1 lacks the permissions of v2', async () => {
		only('V7');
		const caller = new Caller();
		const { graphId } = caller.account.createAgent(greetingAgent);
		const { body } = await caller.start(graphId);
		emulator.mode.version = 'N';
		const newer = new Client(emulator, caller.account);
		expect((await newer.get<{ id: string }>(`/runs/${body.id}`)).body.id).toBe(body.id);
		const old = await caller.call<{ error: { message: string } }>('GET', `/v2/runs/${body.id}`);
		expect(old.status).toBe(403);
		expect(old.body.error.message).toContain('READ_RUN');
	});
});

describe('Blocks, marketplace and credentials of API v1', () => {
	beforeEach(() => only('V7'));

	test('runs a block, and says nothing of why one failed', async () => {
		const caller = new Caller();
		const path = `/v1/blocks/${FILL_TEMPLATE}/execute`;
		const good = await caller.call('POST', path, {
			format: 'Good day, {{ name }}.',
			values: { name: 'Ada' },
		});
		expect(good.body).toEqual({ output: ['Good day, Ada.'] });
		const bad = await caller.call('POST', path, {});
		expect([bad.status, bad.text]).toEqual([500, 'Internal Server Error']);
		expect((await caller.call('POST', '/v1/blocks/none/execute', {})).status).toBe(404);
		const { body } = await caller.call<object[]>('GET', '/v1/blocks');
		expect(body).toContainEqual(expect.objectContaining({ id: FILL_TEMPLATE }));
	});

	test('creates a graph, and is silent about one that is wrong', async () => {
		const caller = new Caller();
		const created = await caller.call<{ id: string; version: number }>(
			'POST',
			'/v1/graphs',
			greetingAgent,
		);
		expect([created.status, created.body.version]).toEqual([201, 1]);
		expect((await caller.start(created.body.id)).status).toBe(200);
		const links = [{ source_id: 'a', sink_id: 'b', source_name: 'x', sink_name: 'y' }];
		const wrong = await caller.call('POST', '/v1/graphs', { name: 'A', description: '', links });
		expect([wrong.status, wrong.text]).toEqual([500, 'Internal Server Error']);
	});

	test('lists versions of a marketplace agent in the order of texts', async () => {
		const caller = new Caller();
		const list = await caller.call<{ agents: object[]; pagination: object }>(
			'GET',
			'/v1/store/agents?page_size=1',
		);
		expect(list.body.agents).toHaveLength(1);
		expect(list.body.pagination).toMatchObject({ total_items: 2, total_pages: 2 });
		const one = await caller.call<{ graph_versions: string[] }>(
			'GET',
			'/v1/store/agents/emulator-creator/greeting-agent',
		);
		expect(one.body.graph_versions).toEqual(['1']);
		expect((await caller.call('GET', '/v1/store/agents/nobody/nothing')).status).toBe(500);
		expect((await caller.call('GET', '/v1/store/agents?page=0')).status).toBe(422);
		const creators = await caller.call<{ creators: object[] }>('GET', '/v1/store/creators');
		expect(creators.body.creators).toHaveLength(1);
	});

	test('stores a credential with its type, and echoes one without', async () => {
		const caller = new Caller();
		const path = '/v1/integrations/openai/credentials';
		const secret = { api_key: 'sk-made-up', title: 'Key' };
		const without = await caller.call('POST', path, secret);
		expect([without.status, without.text.includes('sk-made-up')]).toEqual([422, true]);
		const stored = await caller.call<{ id: string }>('POST', path, { ...secret, type: 'api_key' });
		expect(stored.status).toBe(201);
		expect((await caller.call<object[]>('GET', path)).body).toHaveLength(1);
		const gone = await caller.call('DELETE', `${path}/${stored.body.id}`);
		expect(gone.body).toEqual({ deleted: true, credentials_id: stored.body.id });
	});

	test('asks a marketplace agent for its inputs without starting it, then starts it', async () => {
		const caller = new Caller();
		const run = async (more: object) =>
			await caller.call<Record<string, unknown>>('POST', '/v1/tools/run-agent', {
				username_agent_slug: 'emulator-creator/greeting-agent',
				...more,
			});
		expect((await run({ cron: '0 0 1 1 *' })).body.type).toBe('agent_details');
		expect((await run({ inputs: { nam: 1 } })).body.type).toBe('input_validation_error');
		expect(caller.account.runs()).toHaveLength(0);
		const { body } = await run({ inputs: { name: 'Ada' } });
		expect(body).toMatchObject({ type: 'execution_started', status: 'QUEUED' });
		expect(caller.account.runs().map(({ id }) => id)).toEqual([body.execution_id]);
	});
});
