import { greetingAgent } from './agents';
import { Client, type ErrorBody } from './client.cts';
import { startEmulator, type Emulator } from './index.cts';

let emulator: Emulator;
let client: Client;

beforeEach(async () => {
	emulator = await startEmulator();
	client = new Client(emulator, emulator.createAccount({ name: 'Ada' }));
});

afterEach(async () => {
	await emulator.close();
});

const statuses = async (calls: number) => {
	const seen: number[] = [];
	for (let call = 0; call < calls; call += 1) seen.push((await client.get('/me')).status);
	return seen;
};

test('an answer instead of handling, for some of the matching requests', async () => {
	const headers = { 'Retry-After': '7' };
	emulator.faults.add({ path: /\/me$/, skip: 1, times: 2, kind: { status: 429, headers } });
	emulator.faults.add({ method: 'POST', kind: { status: 500 } });
	expect(await statuses(4)).toEqual([200, 429, 429, 200]);
	emulator.faults.add({ kind: { status: 503, body: { detail: 'no' }, headers } });
	const answer = await client.get('/me');
	expect(answer.body).toEqual({ detail: 'no' });
	expect(answer.headers.get('retry-after')).toBe('7');
	emulator.faults.add({ times: 5, kind: { status: 500 } });
	emulator.faults.clear();
	expect(await statuses(1)).toEqual([200]);
});

test('lost requests and lost responses', async () => {
	const { agentId } = client.account.createAgent(greetingAgent);
	emulator.faults.add({ kind: { before: 'drop' } });
	await expect(client.start(agentId, { name: 'Ada' })).rejects.toThrow();
	expect(client.account.runs()).toHaveLength(0);
	emulator.faults.add({ kind: { after: 'drop' } });
	await expect(client.start(agentId, { name: 'Ada' })).rejects.toThrow();
	expect(client.account.runs()).toHaveLength(1);
	emulator.faults.add({ kind: { handledStatus: 502 } });
	const answer = await client.start(agentId, { name: 'Ada' });
	expect(answer.status).toBe(502);
	expect((answer.body as unknown as ErrorBody).error.code).toBe('upstream_error');
	expect(client.account.runs()).toHaveLength(2);
	expect(emulator.requests.map((one) => one.status)).toEqual([0, 0, 502]);
});

test('what proxies and broken connections give', async () => {
	emulator.faults.add({ kind: { html: 200 } });
	expect((await client.get('/me')).text).toContain('<h1>');
	emulator.faults.add({ kind: { empty: 504 } });
	const empty = await client.get('/me');
	expect([empty.status, empty.text]).toEqual([504, '']);
	emulator.faults.add({ kind: { redirect: 'https://elsewhere.example/login' } });
	const redirect = await client.get('/me');
	expect([redirect.status, redirect.headers.get('location')]).toEqual([
		302,
		'https://elsewhere.example/login',
	]);
	emulator.faults.add({ kind: { truncated: 200 } });
	await expect(client.get('/me')).rejects.toThrow();
	emulator.faults.add({ kind: { delayMs: 80 } });
	const before = Date.now();
	expect((await client.get('/me')).status).toBe(200);
	expect(Date.now() - before).toBeGreaterThanOrEqual(75);
});

test('chances are the same for the same seed', async () => {
	const sample = async () => {
		emulator.faults.clear();
		emulator.faults.seed(42);
		emulator.faults.add({ times: Infinity, probability: 0.5, kind: { status: 500 } });
		return statuses(12);
	};
	const first = await sample();
	expect(new Set(first)).toEqual(new Set([200, 500]));
	expect(await sample()).toEqual(first);
});

test('downloads misbehave only if a fault names their path', async () => {
	const file = client.account.addFile('a.txt', 'x');
	const download = async () => {
		const answer = await client.get(`/files/${file.id}/download`);
		return fetch(answer.headers.get('location') ?? '');
	};
	emulator.faults.add({ path: /^\/signed\//, kind: { status: 503 } });
	expect((await download()).status).toBe(503);
	expect((await download()).status).toBe(200);
});
