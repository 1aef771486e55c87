import { credentialAgent, greetingAgent } from './agents';
import { Client } from './client.cts';
import { startEmulator, type Emulator, type Schemas } from './index.cts';

let emulator: Emulator;
let client: Client;
let agentId: string;

beforeEach(async () => {
	emulator = await startEmulator();
	client = new Client(emulator, emulator.createAccount({ name: 'Ada' }));
	({ agentId } = client.account.createAgent(greetingAgent));
});

afterEach(async () => {
	expect(emulator.contractViolations).toEqual([]);
	await emulator.close();
});

const ada = { name: 'Ada' };

test('check 16: the same start again gives the same run in its present state', async () => {
	const first = await client.start(agentId, ada, ' key-1 ');
	await client.until(first.body.id, 'COMPLETED');
	const again = await client.start(agentId, ada, 'key-1');
	expect(again.status).toBe(202);
	expect(again.body).toMatchObject({ id: first.body.id, status: 'COMPLETED' });
	expect(again.body).not.toHaveProperty('outputs');
	expect(client.account.runs()).toMatchObject([{ idempotencyKey: 'key-1' }]);
});

test('check 17: the same key for another body or agent', async () => {
	const first = await client.start(agentId, ada, 'key-1');
	const other = client.account.createAgent(greetingAgent).agentId;
	expect((await client.start(agentId, { name: 'Bob' }, 'key-1')).status).toBe(422);
	expect((await client.start(other, ada, 'key-1')).status).toBe(422);
	emulator.mode.idempotency = 'unbound';
	const silent = await client.start(other, { name: 'Bob' }, 'key-1');
	expect(silent.body.id).toBe(first.body.id);
	emulator.mode.idempotency = 'ignored';
	expect((await client.start(agentId, ada, 'key-1')).body.id).not.toBe(first.body.id);
	expect(client.account.runs()).toHaveLength(2);
});

test('check 18: a key in flight is 409, and a refused start frees it', async () => {
	expect((await client.start(agentId, {}, 'key-1')).status).toBe(422);
	expect((await client.start('unknown', ada, 'key-1')).status).toBe(404);
	emulator.mode.startTakesMs = 200;
	const first = client.start(agentId, ada, 'key-1');
	await new Promise((resume) => setTimeout(resume, 50));
	expect((await client.start(agentId, ada, 'key-1')).status).toBe(409);
	expect((await first).status).toBe(202);
	expect(client.account.runs()).toHaveLength(1);
});

test('a key is blank, too long, forgotten after a day, or of a deleted run', async () => {
	const blank = await client.start(agentId, ada, ' ');
	expect((await client.start(agentId, ada, ' ')).body.id).not.toBe(blank.body.id);
	expect((await client.start(agentId, ada, 'x'.repeat(256))).status).toBe(422);
	const kept = await client.start(agentId, ada, 'key-1');
	emulator.clock.advance(24 * 3600 * 1000);
	const next = await client.start(agentId, ada, 'key-1');
	expect(next.body.id).not.toBe(kept.body.id);
	await client.call('DELETE', `/runs/${next.body.id}`);
	expect((await client.start(agentId, ada, 'key-1')).status).toBe(404);
});

test('without a key store a first start and a replay are 503', async () => {
	await client.start(agentId, ada, 'key-1');
	emulator.mode.idempotencyStore = 'down';
	expect((await client.start(agentId, ada, 'key-1')).status).toBe(503);
	expect((await client.start(agentId, ada, 'key-2')).status).toBe(503);
	expect(client.account.runs()).toHaveLength(1);
	emulator.mode.idempotency = 'unbound';
	expect((await client.start(agentId, ada, 'key-2')).status).toBe(202);
});

test('a lost response: the start happened, and a repeat gives its run', async () => {
	emulator.faults.add({ method: 'POST', path: /\/runs$/, kind: { after: 'drop' } });
	await expect(client.start(agentId, ada, 'key-1')).rejects.toThrow();
	expect(client.account.runs()).toHaveLength(1);
	const again = await client.start(agentId, ada, 'key-1');
	expect(again.body.id).toBe(client.account.runs()[0]?.id);
	expect(emulator.requests[0]?.status).toBe(0);
});

test('no balance or no plan is 402', async () => {
	client.account.balance = 0;
	expect((await client.start(agentId, ada)).status).toBe(402);
	client.account.balance = 100;
	client.account.tier = 'NO_TIER';
	expect((await client.start(agentId, ada)).status).toBe(402);
	expect((await client.start(agentId, {})).status).toBe(422);
});

describe('credentials', () => {
	const field = 'anthropic-openai_api_key_credentials';
	let asker: string;
	const start = (credentials_inputs: unknown) =>
		client.post<Schemas['Run']>(`/library/agents/${asker}/runs`, {
			inputs: { prompt: 'Why?' },
			credentials_inputs,
		});

	beforeEach(() => {
		asker = client.account.createAgent(credentialAgent).agentId;
	});

	test('check 21: without a provider 422, with a wrong one 400', async () => {
		const { id } = client.account.addCredential({ provider: 'openai' });
		expect((await start({ [field]: { id, type: 'api_key' } })).status).toBe(422);
		const wrong = { id, provider: 'anthropic', type: 'api_key' };
		expect((await start({ [field]: wrong })).status).toBe(400);
		expect((await start({})).status).toBe(400);
		const right = { id, provider: 'openai', type: 'api_key' };
		const run = await start({ [field]: right, unknown_field: right });
		expect(run.body.credentials_inputs).toEqual({ [field]: { ...right, title: null } });
		const done = await client.until(run.body.id, 'COMPLETED');
		expect(done.outputs).toEqual({ answer: ['Made-up answer of openai to: Why?'] });
		expect(done.cost_cents).toBe(2);
		const spent = await client.get<Schemas['CreditTransactionPage']>('/credits/transactions');
		expect(spent.body.items).toMatchObject([{ amount_cents: -2, type: 'USAGE' }]);
	});

	test('a missing one may fail the block instead', async () => {
		emulator.mode.missingCredential = 'failBlock';
		const run = await start({});
		const done = await client.until(run.body.id, 'COMPLETED');
		expect(done.outputs).toEqual({});
	});

	test('check 22: a field for two providers is listed twice', async () => {
		const { id } = client.account.addCredential({ provider: 'openai', type: 'user_password' });
		const path = `/library/agents/${asker}/credentials`;
		const { items } = (await client.get<Schemas['CredentialRequirementPage']>(path)).body;
		expect(items.map((row) => [row.field_name, row.provider])).toEqual([
			[field, 'anthropic'],
			[field, 'openai'],
		]);
		expect(items[1]?.matching_credentials.map((one) => one.id)).toEqual([id]);
		const agent = await client.get<Schemas['LibraryAgent']>(`/library/agents/${asker}`);
		const graph = await client.get<Schemas['Graph']>(`/graphs/${agent.body.graph_id}`);
		expect(graph.body.credentials_input_schema.required).toEqual([field]);
		expect(agent.body.input_schema.properties).toEqual({ prompt: expect.anything() as object });
	});
});

test('an older server checks no inputs and answers 200', async () => {
	emulator.mode.checksInputs = false;
	emulator.mode.startStatus = 200;
	const run = await client.start(agentId, { nmae: 'Ada' });
	expect(run.status).toBe(200);
	await client.until(run.body.id, 'COMPLETED');
	emulator.contractViolations.length = 0;
});
