import {
	crashingAgent,
	everyInputAgent,
	failingAgent,
	greetingAgent,
	nestingAgent,
	slowAgent,
} from './agents';
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

test('an agent made over the API greets', async () => {
	const graph = await client.post<Schemas['Graph']>('/graphs', greetingAgent);
	expect(graph.status).toBe(201);
	const agent = await client.get<Schemas['LibraryAgent']>(`/graphs/${graph.body.id}/library-agent`);
	const started = await client.start(agent.body.id, { name: 'Ada' });
	expect(started.status).toBe(202);
	const run = await client.until(started.body.id, 'COMPLETED');
	expect(run.outputs).toEqual({ greeting: ['Hello, Ada!'] });
	expect(run.node_executions?.map((one) => one.status)).toEqual(Array(3).fill('COMPLETED'));
});

test('check 15: a started run is QUEUED and bare', async () => {
	const { agentId } = client.account.createAgent(greetingAgent);
	const { status, body } = await client.start(agentId, { name: 'Ada' });
	expect(status).toBe(202);
	expect(body).toMatchObject({ status: 'QUEUED', started_at: null, cost_cents: 0 });
	expect(body).not.toHaveProperty('outputs');
});

test('check 19: one 422 lists unknown names first, then required ones', async () => {
	const { agentId } = client.account.createAgent(greetingAgent);
	const answer = await client.start(agentId, { nmae: 'Ada', name: null });
	expect(answer.status).toBe(422);
	expect((answer.body as unknown as ErrorBody).error.details).toEqual({
		errors: [
			{ type: 'extra_forbidden', loc: ['body', 'inputs', 'nmae'], msg: 'Unknown input' },
			{ type: 'missing', loc: ['body', 'inputs', 'name'], msg: 'Input required' },
		],
	});
	expect(client.account.runs()).toEqual([]);
});

test('check 20: text for a number is a 400 and makes no run', async () => {
	const { agentId } = client.account.createAgent(slowAgent);
	expect((await client.start(agentId, { seconds: 'many' })).status).toBe(400);
	expect(client.account.runs()).toEqual([]);
	expect((await client.start(agentId, { seconds: '0' })).status).toBe(202);
});

test('check 23: a block that fails unrouted leaves a COMPLETED run', async () => {
	const { agentId } = client.account.createAgent(failingAgent);
	const run = await client.until(client.account.startRun(agentId), 'COMPLETED');
	expect(run.outputs).toEqual({ started: ['anything'] });
	const failed = run.node_executions?.filter((one) => one.status === 'FAILED');
	expect(failed?.map((one) => one.outputs.error)).toEqual([['The service said no']]);
});

test('a crash fails the run', async () => {
	const { agentId } = client.account.createAgent(crashingAgent);
	const run = await client.until(client.account.startRun(agentId), 'FAILED');
	expect(run.outputs).toEqual({});
	expect(run.node_executions?.some((one) => one.status === 'FAILED')).toBe(true);
});

test('an agent runs another agent, whose run is listed too', async () => {
	const { graphId } = client.account.createAgent(greetingAgent);
	const { agentId } = client.account.createAgent(nestingAgent(graphId));
	const id = client.account.startRun(agentId, { name: 'Ada' });
	const run = await client.until(id, 'COMPLETED');
	expect(run.outputs).toEqual({ outer: ['Hello, Ada!'] });
	const list = await client.get<Schemas['RunPage']>('/runs');
	expect(list.body.total_count).toBe(2);
});

test('the input schema shows every kind of section 11, but only for a single agent', async () => {
	const { agentId } = client.account.createAgent(everyInputAgent);
	const single = await client.get<Schemas['LibraryAgent']>(`/library/agents/${agentId}`);
	const schema = single.body.input_schema;
	expect(schema.required).toEqual(['topic', 'who', 'brief', 'due', 'at', 'doc', 'rows']);
	expect(schema.properties).toMatchObject({
		topic: { title: 'Topic', advanced: false, secret: false },
		who: { anyOf: [{ type: 'string', format: 'short-text' }, { type: 'null' }] },
		copies: { anyOf: [{ type: 'integer' }, { type: 'null' }], default: 2, advanced: true },
		draft: { type: 'boolean', default: false },
		mood: { enum: ['calm', 'loud'], default: 'calm' },
		rows: { type: 'array', format: 'table', items: { properties: { City: {} } } },
		sheet: { format: 'google-drive-picker', default: {} },
	});
	expect(schema.properties?.topic).not.toHaveProperty('type');
	const list = await client.get<Schemas['LibraryAgentPage']>('/library/agents');
	expect(list.body.items[0]?.input_schema).toEqual({});
});

test('check 24: runs are listed by creation, bounds inclusive, without outputs', async () => {
	const { agentId } = client.account.createAgent(greetingAgent, { manual: true });
	const at = (minute: number) => new Date(Date.UTC(2026, 9, 20, 9, minute));
	const [old, exact, young] = [1, 2, 3].map((minute) =>
		client.account.startRun(agentId, { name: 'Ada' }, { createdAt: at(minute) }),
	);
	client.account.finishRun(old!, 'COMPLETED', { greeting: ['late'] });
	client.account.finishRun(young!);
	const after = encodeURIComponent(at(2).toISOString());
	const list = await client.get<Schemas['RunPage']>(`/runs?started_after=${after}`);
	expect(list.body.items.map((run) => run.id)).toEqual([young, exact]);
	expect(list.body.items[1]?.started_at).toBeNull();
	for (const run of list.body.items) expect(run).not.toHaveProperty('outputs');
	const before = await client.get<Schemas['RunPage']>(
		`/runs?started_before=${after}&statuses=COMPLETED&statuses=FAILED`,
	);
	expect(before.body.items.map((run) => run.id)).toEqual([old]);
});

test('check 25: stopping a slow, a queued, a finished and a stubborn run', async () => {
	const { agentId } = client.account.createAgent(slowAgent);
	const stop = (id: string) => client.post<Schemas['Run']>(`/runs/${id}/stop`);
	const slow = client.account.startRun(agentId, { seconds: 60 });
	await client.until(slow, 'RUNNING');
	const stopped = await stop(slow);
	expect(stopped.status).toBe(202);
	expect(stopped.body.status).toBe('TERMINATED');
	expect((await stop(slow)).status).toBe(409);

	const { agentId: byHand } = client.account.createAgent(greetingAgent, { manual: true });
	const queued = await stop(client.account.startRun(byHand, { name: 'Ada' }));
	expect(queued.body.status).toBe('TERMINATED');

	emulator.mode.stopTakesMs = 700;
	const stubborn = client.account.startRun(agentId, { seconds: 60 });
	await client.until(stubborn, 'RUNNING');
	const late = await stop(stubborn);
	expect(late.status).toBe(202);
	expect(late.body.status).toBe('RUNNING');
	await client.until(stubborn, 'TERMINATED');
});

test('stopping a run stops the runs of its nested agents', async () => {
	const { graphId } = client.account.createAgent(slowAgent);
	const { agentId } = client.account.createAgent({
		...nestingAgent(graphId),
		nodes: nestingAgent(graphId).nodes.slice(0, 2),
		links: [],
	});
	const outer = client.account.startRun(agentId, { name: 'Ada' });
	await client.until(outer, 'RUNNING');
	const findInner = () => client.account.runs().find((run) => run.parentRunId === outer);
	while (!findInner()) await new Promise((resume) => setTimeout(resume, 5));
	const inner = findInner();
	await client.until(inner!.id, 'RUNNING');
	expect((await client.post(`/runs/${outer}/stop`)).status).toBe(202);
	await client.until(inner!.id, 'TERMINATED');
});

test('check 26: a deleted run goes on; a second share kills the first link', async () => {
	const { agentId } = client.account.createAgent(slowAgent);
	const id = client.account.startRun(agentId, { seconds: 60 });
	await client.until(id, 'RUNNING');
	const share = () => client.post<Schemas['RunShare']>(`/runs/${id}/share`);
	const first = await share();
	const second = await share();
	expect(first.body.share_token).not.toBe(second.body.share_token);
	expect((await fetch(first.body.share_url)).status).toBe(404);
	expect((await fetch(second.body.share_url)).status).toBe(200);
	expect((await client.run(id)).body.share_token).toBe(second.body.share_token);
	expect((await client.call('DELETE', `/runs/${id}/share`)).status).toBe(204);
	expect((await fetch(second.body.share_url)).status).toBe(404);
	expect((await client.call('DELETE', `/runs/${id}`)).status).toBe(204);
	expect(client.account.run(id).status).toBe('RUNNING');
	expect((await client.run(id)).status).toBe(404);
	expect((await client.call('DELETE', `/runs/${id}`)).status).toBe(404);
	emulator.clock.advance(61_000);
	while (client.account.run(id).status === 'RUNNING') {
		await new Promise((resume) => setTimeout(resume, 5));
	}
	expect(client.account.run(id).status).toBe('COMPLETED');
});
