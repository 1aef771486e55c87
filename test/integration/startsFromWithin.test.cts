import type { sleep as n8nSleep } from 'n8n-workflow';

import type { AutoGptClient } from '../../client/http/client';
import { keptReads, resetProcessState, startLedger } from '../../client/process/processState';
import { probeKey } from '../../client/runs/keyProbe';
import { contentOf } from '../../client/runs/keys';
import {
	findCandidates,
	isOlder,
	mayBeForgotten,
	type LostStart,
} from '../../client/runs/lostRuns';
import { startRun, type StartRequest } from '../../client/runs/starts';
import type { Run } from '../../client/contract/types';
import { greetingAgent, echoAgent } from '../emulator/agents';
import { OLDER_SERVERS, type FaultKind, type Mode } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';
import { failureOfCall, openStageClient } from '../harness/client.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { until } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(1_000),
);

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LIST = { method: 'GET', path: /\/runs\?/ };
const START = { method: 'POST', path: /\/runs$/ };
const LOST_REQUEST = { before: 'drop' } as const;
const LOST_RESPONSE = { after: 'drop' } as const;

const stages: Stage[] = [];
let stage: Stage;
let client: AutoGptClient;
let agentId: string;
let graphId: string;
let serial = 0;

async function useServer(mode: Partial<Mode> = {}): Promise<void> {
	stage = await setStage({ mode: { rateLimitHeaders: false, ...mode } });
	stages.push(stage);
	({ agentId, graphId } = stage.account.createAgent(greetingAgent));
	client = await openStageClient(stage);
}

beforeEach(async () => {
	resetProcessState();
	await useServer();
});

afterEach(() => {
	for (const { emulator } of stages) expect(emulator.contractViolations).toEqual([]);
});

afterAll(async () => {
	await Promise.all(stages.map(async ({ emulator }) => await emulator.close()));
});

function requestFor(more: Partial<StartRequest> = {}): StartRequest {
	serial++;
	const own = { key: `key-${serial}`, isOwnKey: false, attemptId: `attempt-${serial}` };
	return { agentId, body: { inputs: { name: 'Ada' } }, ...own, ...more };
}

const attemptOf = ({ attemptId }: Pick<StartRequest, 'attemptId'>) => ({
	credentialKey: client.connection.credentialKey,
	attemptId,
});

const lose = (kind: FaultKind, times = 1, skip = 0) =>
	stage.emulator.faults.add({ ...START, kind, times, skip });

const posts = () =>
	stage.emulator.requests.filter(({ method, path }) => method === 'POST' && START.path.test(path));
/** Starts that were sent for the agent; the rest ask what became of a key. */
const starts = () => posts().filter(({ path }) => path.endsWith(`/${agentId}/runs`));
const looks = () => stage.emulator.requests.filter(({ path }) => LIST.path.test(path));
const runs = () => stage.account.runs();

/** A start of which nobody knows what became; from now on AutoGPT answers as usual. */
async function leaveInDoubt(): Promise<StartRequest> {
	lose({ status: 409 }, 99);
	const request = requestFor();
	await failureOfCall(startRun(client, request));
	stage.emulator.faults.clear();
	return request;
}

/** What the server's time is becomes known. */
const knowTime = async (by = client) => await by.call('listRuns', { query: { limit: 1 } });

describe('A start', () => {
	test('that is answered is one request', async () => {
		const started = await startRun(client, requestFor());
		expect(started).toMatchObject({ agentId, isEarlier: false, run: { id: runs()[0]?.id } });
		expect([starts(), posts(), looks()].map(({ length }) => length)).toEqual([1, 1, 0]);
	});

	test('that was answered before in this execution gives its run without a request', async () => {
		const request = requestFor();
		const { run } = await startRun(client, request);
		const again = await startRun(client, request);
		expect(again).toMatchObject({ agentId, isEarlier: false, run: { id: run.id } });
		expect(again.run.inputs).toEqual({ name: 'Ada' });
		stage.emulator.mode.checksInputs = false;
		const bare = requestFor({ body: {} });
		await startRun(client, bare);
		expect((await startRun(client, bare)).run.inputs).toEqual({});
		expect(starts()).toHaveLength(2);
	});

	test('that comes again with other inputs, or for another agent, has those of the first', async () => {
		const request = requestFor();
		const { run } = await startRun(client, request);
		const other = stage.account.createAgent(echoAgent).agentId;
		const changed = { ...request, agentId: other, body: { inputs: { name: 'Bob' } } };
		const again = await startRun(client, changed);
		expect(again).toMatchObject({ agentId, run: { id: run.id, inputs: null } });
		expect(posts()).toHaveLength(1);
	});

	test.each<[string, number, boolean, boolean]>([
		['two minutes before', 2 * MINUTE_MS, false, true],
		['a moment before', 30_000, false, false],
		['two minutes before, by a key of the user', 2 * MINUTE_MS, true, false],
	])('whose key gives a run of %s', async (_, ageMs, isOwnKey, isEarlier) => {
		const request = requestFor({ isOwnKey });
		await startRun(client, request);
		await until(() => runs()[0]?.status === 'COMPLETED');
		stage.emulator.clock.advance(ageMs);
		resetProcessState();
		const later = await openStageClient(stage);
		await knowTime(later);
		expect(await startRun(later, request)).toMatchObject({ isEarlier, run: { id: runs()[0]?.id } });
	});

	test('that is repeated after a lost response is not from before', async () => {
		lose(LOST_RESPONSE);
		const { isEarlier } = await startRun(client, requestFor());
		expect(isEarlier).toBe(false);
	});

	test('that is refused at once has left no trace', async () => {
		const request = requestFor({ agentId: '00000000-0000-4000-8000-000000000000' });
		const { outcome, status } = await failureOfCall(startRun(client, request));
		expect([outcome, status]).toEqual(['refused', 404]);
		expect(startLedger.find(attemptOf(request))).toBeUndefined();
		expect([looks().length, posts().length]).toEqual([0, 1]);
	});
});

describe('A key of the user', () => {
	test.each([
		['other inputs', 'Bob', undefined],
		['another agent', 'Ada', 'other'],
	])('that older servers answer with the run of %s is refused', async (what, name, other) => {
		await useServer({ idempotency: 'unbound' });
		const { key } = requestFor();
		const { run } = await startRun(client, requestFor({ key, isOwnKey: true }));
		const id = other ? stage.account.createAgent(greetingAgent).agentId : agentId;
		const agent = await client.call('getLibraryAgent', { path: { agent_id: id } });
		const own = { key, isOwnKey: true, agent, agentId: id, body: { inputs: { name } } };
		const request = requestFor(own);
		const error = await failureOfCall(startRun(client, request));
		expect(error.message).toBe(`The idempotency key was used before, for ${what}`);
		expect(error.description).toContain(run.id);
		expect(error.outcome).toBe('refused');
		expect(startLedger.find(attemptOf(request))).toBeUndefined();
		expect(runs()).toHaveLength(1);
	});

	test('that is taken is explained, one of the node is not', async () => {
		const { key } = requestFor();
		await startRun(client, requestFor({ key }));
		const body = { inputs: { name: 'Bob' } };
		const failures = [true, false].map(
			async (isOwnKey) =>
				await failureOfCall(startRun(client, requestFor({ key, isOwnKey, body }))),
		);
		const [own, other] = await Promise.all(failures);
		expect([own?.status, other?.status]).toEqual([422, 422]);
		expect(own?.description).toContain('used in the last 24 hours');
		expect(other?.description).not.toContain('used in the last 24 hours');
	});
});

describe('A start that may have been taken', () => {
	test('is remembered where the execution is stopped meanwhile', async () => {
		stage.emulator.mode.startTakesMs = 300;
		const stop = new AbortController();
		const request = requestFor();
		const starting = startRun(client.withSignal(stop.signal), request);
		await until(() => posts().length > 0);
		stop.abort(new Error('Stopped'));
		await expect(starting).rejects.toThrow('Stopped');
		expect(startLedger.find(attemptOf(request))).toMatchObject({ agentId });
		await until(() => runs().length > 0);
	});

	test.each<[string, FaultKind, number]>([
		['the connection was lost', LOST_REQUEST, 2],
		['a proxy answered', { html: 502 }, 2],
		['AutoGPT said so itself', { status: 500 }, 1],
	])('is sent again after looks at the runs: %s', async (_, kind, times) => {
		lose(kind);
		const { run } = await startRun(client, requestFor());
		expect(runs().map(({ id }) => id)).toEqual([run.id]);
		expect([looks().length, starts().length]).toEqual([times, 2]);
	});

	test('is not sent again where a server ignores keys', async () => {
		await useServer(OLDER_SERVERS.O2);
		lose({ status: 500 });
		const error = await failureOfCall(startRun(client, requestFor()));
		expect(error.message).toContain('Whether the run was started is not certain');
		expect(error.description).toContain('does not make retried starts safe');
		expect(error).toMatchObject({ outcome: 'unknown', status: 500 });
		expect(error.failure).toBeUndefined();
		expect([starts().length, posts().length]).toEqual([1, 1]);
	});

	test.each([401, 403])('stays so where its repeat is refused with %i', async (status) => {
		lose(LOST_REQUEST);
		lose({ status }, 99);
		const error = await failureOfCall(startRun(client, requestFor()));
		expect(error).toMatchObject({ outcome: 'unknown', status });
		expect(starts()).toHaveLength(5);
		// Two after the lost connection, one after each refusal.
		expect(looks()).toHaveLength(6);
	});

	test('stays so where its repeat is refused by a limit', async () => {
		lose(LOST_REQUEST);
		lose({ status: 429, headers: { 'Retry-After': '0' } }, 99);
		const error = await failureOfCall(startRun(client, requestFor()));
		expect(error).toMatchObject({ outcome: 'unknown', status: 429 });
		expect(error.message).toContain('not certain');
		expect(error.failure).toMatchObject({ cause: 'rate-limited' });
	});

	test('is remembered where its repeat is refused for good', async () => {
		lose(LOST_REQUEST);
		lose({ status: 400 }, 99);
		const request = requestFor();
		const error = await failureOfCall(startRun(client, request));
		expect(error).toMatchObject({ outcome: 'refused', status: 400 });
		expect(startLedger.find(attemptOf(request))).toMatchObject({ agentId });
		expect(starts()).toHaveLength(2);
	});

	test.each([
		[61, 6],
		[59, 21],
	])('does not wait for ever: Retry-After of %i s', async (seconds, times) => {
		// Each of its repeats is five requests.
		lose(LOST_REQUEST);
		lose({ status: 429, headers: { 'Retry-After': String(seconds) } }, 99);
		const error = await failureOfCall(startRun(client, requestFor()));
		expect(error).toMatchObject({ outcome: 'unknown', status: 429 });
		expect(error.description).toContain('No run that may be the one was found');
		expect(starts()).toHaveLength(times);
	});

	test('is looked for after a moment, and no sooner than AutoGPT wants', async () => {
		const sleep = jest.spyOn(jest.requireMock<{ sleep: typeof n8nSleep }>('n8n-workflow'), 'sleep');
		const pauses = () => sleep.mock.calls.map(([ms]) => ms);
		lose(LOST_REQUEST);
		await startRun(client, requestFor());
		expect(pauses().slice(0, 2)).toEqual([1_500, 3_000]);
		sleep.mockClear();
		lose(LOST_REQUEST);
		lose({ status: 429, headers: { 'Retry-After': '30' } }, 5);
		await startRun(client, requestFor());
		expect(pauses().slice(0, 2)).toEqual([1_500, 3_000]);
		// Each try of a start is repeated by itself first.
		expect(
			pauses()
				.slice(2)
				.every((ms) => ms >= 30_000),
		).toBe(true);
		expect(looks()).toHaveLength(2 + 2 + 1);
		sleep.mockRestore();
	});

	test('gives the run that its key names', async () => {
		lose({ handledStatus: 500 });
		const { run } = await startRun(client, requestFor());
		expect(runs().map(({ id }) => id)).toEqual([run.id]);
		// Asked once what became of the key, then sent again.
		expect([starts().length, posts().length]).toEqual([2, 3]);
	});

	test('gives the run of its key from a server that names it for anything', async () => {
		await useServer({ idempotency: 'unbound' });
		lose({ handledStatus: 500 });
		const { run } = await startRun(client, requestFor());
		expect(runs().map(({ id }) => id)).toEqual([run.id]);
		expect([starts().length, posts().length]).toEqual([1, 2]);
	});

	test('is not sent again where AutoGPT does not know its key, but a run may be its own', async () => {
		await useServer({ idempotency: 'unbound', failuresFreeKeys: true });
		lose({ failsAfter: 500 });
		const error = await failureOfCall(startRun(client, requestFor()));
		expect(error).toMatchObject({ outcome: 'unknown', status: 500 });
		expect(error.description).toContain(
			`This run of the agent may be the one: '${runs()[0]?.id}'. Look in AutoGPT (`,
		);
		expect(error.description).not.toContain('and more');
		// A run may be this one: n8n must not try again by itself.
		expect(error.failure).toBeUndefined();
		expect([starts().length, runs().length]).toEqual([1, 1]);
		// One look before each try that was not made: what they have seen is what is said.
		expect(looks()).toHaveLength(4);
	});

	test('names no run of before by a key of the user that AutoGPT does not know', async () => {
		await useServer({ idempotency: 'unbound', failuresFreeKeys: true });
		const earlier = stage.account.startRun(agentId, { name: 'Ada' });
		stage.emulator.clock.advance(20 * HOUR_MS);
		await knowTime();
		lose({ failsAfter: 500 });
		const { description } = await failureOfCall(startRun(client, requestFor({ isOwnKey: true })));
		expect(description).toContain(`'${runs().at(-1)?.id}'`);
		expect(description).not.toContain(earlier);
	});

	test('passes on what Stop raises while it is sent again', async () => {
		lose(LOST_REQUEST);
		lose({ delayMs: 60_000 });
		const stop = new AbortController();
		const request = requestFor();
		const starting = startRun(client.withSignal(stop.signal), request);
		await until(() => starts().length === 2);
		stop.abort(new Error('Stopped'));
		await expect(starting).rejects.toThrow('Stopped');
		expect(startLedger.find(attemptOf(request))).toBeDefined();
	});

	test('waits for one with its key that is under way, and names what may be the run', async () => {
		const stranger = stage.account.startRun(agentId, { name: 'Ada' });
		lose({ status: 409 }, 99);
		const error = await failureOfCall(startRun(client, requestFor()));
		expect(error).toMatchObject({ outcome: 'unknown', status: 409 });
		expect(error.description).toContain(`'${stranger}'`);
		expect(error.failure).toBeDefined();
		expect(starts()).toHaveLength(1);
		expect(posts().length).toBeGreaterThan(3);
	});

	test.each<[string, boolean, number, number, boolean]>([
		['of the user, 20 hours ago', true, 20, 409, true],
		['of the user, 25 hours ago', true, 25, 409, false],
		['of the user, which is not in use', true, 20, 500, false],
		['of the node', false, 20, 409, false],
	])(
		'may be of an earlier execution by its key: %s',
		async (_, isOwnKey, hours, status, isNamed) => {
			const earlier = stage.account.startRun(agentId, { name: 'Ada' });
			stage.emulator.clock.advance(hours * HOUR_MS);
			await knowTime();
			lose({ status }, 99);
			const error = await failureOfCall(startRun(client, requestFor({ isOwnKey })));
			expect(error.description?.includes(earlier)).toBe(isNamed);
			expect(error.status).toBe(status);
		},
	);

	test('may be of an earlier execution by a key in use, although another run was seen', async () => {
		const earlier = stage.account.startRun(agentId, { name: 'Ada' });
		stage.emulator.clock.advance(20 * HOUR_MS);
		const stranger = stage.account.startRun(agentId, { name: 'Ada' });
		await knowTime();
		lose({ status: 409 }, 99);
		const { description } = await failureOfCall(startRun(client, requestFor({ isOwnKey: true })));
		expect(description).toContain(earlier);
		expect(description).toContain(stranger);
	});

	test('is a doubt that the next execution of the node begins with', async () => {
		const request = await leaveInDoubt();
		const before = looks().length;
		const { run, isEarlier } = await startRun(client, request);
		expect([run.id, isEarlier]).toEqual([runs()[0]?.id, false]);
		// It looks before it sends anything.
		expect(looks().length).toBeGreaterThan(before);
		expect(runs()).toHaveLength(1);
	});

	test('names an earlier attempt where nothing can be asked', async () => {
		await knowTime();
		const request = await leaveInDoubt();
		const before = starts().length;
		stage.emulator.clock.advance(25 * HOUR_MS);
		await knowTime();
		const { message } = await failureOfCall(startRun(client, request));
		expect(message).toBe(
			'An earlier attempt to start the run was left without a clear answer. Whether the run was started is not certain',
		);
		expect(starts()).toHaveLength(before);
	});
});

describe('What is kept of a start', () => {
	const DAY_MS = 24 * HOUR_MS;

	/** Notes a start of another item, with a text of so many characters. */
	function openAnother(length = 0): void {
		const { attemptId, key } = requestFor();
		const body = { inputs: { text: 'x'.repeat(length) } };
		const content = { agentId, key, isOwnKey: false, body, digest: 'another' };
		startLedger.open(attemptOf({ attemptId }), content);
	}

	/** Opens another start two months later, when what nobody needs is forgotten. */
	function laterStart(): void {
		const time = Date.now() + 60 * DAY_MS;
		jest.spyOn(Date, 'now').mockReturnValue(time);
		openAnother();
	}

	/** Leaves no room for the body of any other start. */
	const fillRoom = () => openAnother(49_999_960);

	afterEach(() => jest.restoreAllMocks());

	test('is forgotten long after it was answered', async () => {
		const request = requestFor();
		await startRun(client, request);
		expect(startLedger.find(attemptOf(request))).toBeDefined();
		laterStart();
		expect(startLedger.find(attemptOf(request))).toBeUndefined();
	});

	test('is forgotten long after it failed', async () => {
		const request = await leaveInDoubt();
		laterStart();
		expect(startLedger.find(attemptOf(request))).toBeUndefined();
	});

	test('without its body it is not sent again with other inputs, and any run may be its own', async () => {
		fillRoom();
		const request = await leaveInDoubt();
		const stranger = stage.account.startRun(agentId, { name: 'Eve' });
		const before = posts().length;
		const other = { ...request, body: { inputs: { name: 'Bob' } } };
		const { description, message } = await failureOfCall(startRun(client, other));
		expect(message).toContain('An earlier attempt');
		expect(description).toContain(`'${stranger}'`);
		expect(posts()).toHaveLength(before);
	});

	test('without its body it is sent again with the same inputs', async () => {
		fillRoom();
		const request = await leaveInDoubt();
		const { run } = await startRun(client, request);
		expect(run.inputs).toEqual({ name: 'Ada' });
	});

	test('says that no key makes it safe, even once the server knows keys', async () => {
		await useServer({ version: 'none', v1: 'V7' });
		const choice = { graphId, graphVersion: 1 };
		const path = /\/execute\//;
		stage.emulator.faults.add({ method: 'POST', path, kind: LOST_RESPONSE });
		const request = requestFor({ choice });
		const error = await failureOfCall(startRun(client, request));
		expect(error.outcome).toBe('unknown');
		Object.assign(stage.emulator.mode, { version: 'N' });
		// Nothing there shows the run.
		Object.assign(stage.account.run(runs()[0]?.id ?? ''), { deleted: true });
		keptReads.reset();
		client = await openStageClient(stage);
		const before = posts().length;
		const again = await failureOfCall(startRun(client, request));
		expect(again.message).toContain('not certain');
		expect(again.description).toContain('does not make retried starts safe');
		expect(runs()).toHaveLength(1);
		expect(posts()).toHaveLength(before);
	});
});

describe('A key', () => {
	const probe = async (key: string) =>
		await probeKey(client, { key, body: { inputs: { name: 'Ada' } } });

	test('that started a run is known, and nothing is started by the question', async () => {
		const { key } = requestFor();
		expect(await probe(key)).toBe('free');
		await startRun(client, requestFor({ key }));
		expect(await probe(key)).toBe('recorded');
		expect(runs()).toHaveLength(1);
	});

	test('gives its run on older servers', async () => {
		await useServer({ idempotency: 'unbound' });
		const { key } = requestFor();
		await startRun(client, requestFor({ key }));
		expect(await probe(key)).toMatchObject({ run: { id: runs()[0]?.id } });
	});

	test.each<[number, unknown]>([
		[402, 'free'],
		[404, 'free'],
		[409, 'inFlight'],
		[422, 'recorded'],
		[400, 'unknown'],
		[403, 'unknown'],
		[503, 'unknown'],
	])('about which AutoGPT says %i', async (status, state) => {
		lose({ status }, 99);
		expect(await probe('any')).toBe(state);
		expect([posts().length, starts().length]).toEqual([1, 0]);
	});
});

describe('Runs that may be the lost one', () => {
	function lost(more: Partial<LostStart> = {}): LostStart {
		const { body, key, isOwnKey, attemptId } = requestFor();
		const digest = contentOf(agentId, body);
		const content = { agentId, graphId, key, isOwnKey, body, digest };
		return { ...content, attempt: attemptOf({ attemptId }), sentAt: Date.now(), ...more };
	}

	async function found(start: LostStart, more: Partial<Parameters<typeof findCandidates>[2]> = {}) {
		const result = await findCandidates(client, start, { rules: 'heeded', ...more });
		return typeof result === 'string' ? result : result.found.map(({ id }) => id);
	}

	const created = (beforeMs: number, inputs: object = { name: 'Ada' }, id = agentId) =>
		stage.account.startRun(id, inputs as Record<string, unknown>, {
			createdAt: new Date(stage.emulator.clock.now().getTime() - beforeMs),
		});

	test('are those of its agent since it was sent', async () => {
		await knowTime();
		created(90_000);
		const run = created(30_000);
		created(0, { value: 'Ada' }, stage.account.createAgent(echoAgent).agentId);
		expect(await found(lost())).toEqual([run]);
		expect(looks().at(-1)?.path).toContain(`graph_id=${graphId}`);
	});

	test('are those of any agent where its graph is not known', async () => {
		const other = created(0, { value: 'x' }, stage.account.createAgent(echoAgent).agentId);
		expect(await found(lost({ graphId: undefined }))).toEqual([other]);
	});

	test('are further back where the time of the server is not known', async () => {
		await useServer({ dateOffMs: null });
		created(16 * MINUTE_MS);
		const run = created(14 * MINUTE_MS);
		expect(await found(lost())).toEqual([run]);
	});

	test('are a day back for a key of the user', async () => {
		created(25 * HOUR_MS);
		const run = created(23 * HOUR_MS);
		expect(await found(lost(), { wholeKeyLife: true })).toEqual([run]);
		expect(await found(lost())).toBe('missing');
	});

	test('are counted from when it was sent first, by either clock', async () => {
		await knowTime();
		const run = created(10 * MINUTE_MS);
		expect(await found(lost({ sentAt: Date.now() - 10 * MINUTE_MS }))).toEqual([run]);
		const serverSentAt = stage.emulator.clock.now().getTime() - 10 * MINUTE_MS;
		expect(await found(lost({ serverSentAt }))).toEqual([run]);
		expect(await found(lost({ serverSentAt: Date.now() + HOUR_MS }))).toBe('missing');
		// Our own clock was put back meanwhile.
		expect(await found(lost({ sentAt: Date.now() + HOUR_MS }))).toBe('missing');
		expect(await found(lost({ sentAt: Date.now() + HOUR_MS }), { wholeKeyLife: true })).toEqual([
			run,
		]);
	});

	test('are not those of other starts, nor those with other inputs', async () => {
		const agent = await client.call('getLibraryAgent', { path: { agent_id: agentId } });
		const { run } = await startRun(client, requestFor());
		const bob = created(0, { name: 'Bob' });
		expect(await found(lost({ agent }))).toBe('missing');
		expect(await found(lost({ agent, isBodyLost: true }))).toEqual([bob]);
		expect(await found(lost({ agent, body: {} }))).toEqual([bob]);
		resetProcessState();
		expect(await found(lost({ agent }))).toEqual([run.id]);
	});

	test('cannot be told where the list is not readable', async () => {
		stage.emulator.faults.add({ ...LIST, kind: { status: 403 }, times: 99 });
		expect(await found(lost())).toBe('unreadable');
	});

	test('are looked for as often as there are pauses', async () => {
		expect(await found(lost())).toBe('missing');
		expect(looks()).toHaveLength(1);
		expect(await found(lost(), { pausesMs: [1, 1, 1] })).toBe('missing');
		expect(looks()).toHaveLength(4);
	});

	test('are read no further than to the first that is older, on servers that filter nothing', async () => {
		await useServer(OLDER_SERVERS.O2);
		const run = created(0);
		for (let n = 0; n < 150; n++) created(20 * MINUTE_MS);
		await until(() => runs().every(({ status }) => status === 'COMPLETED'));
		for (const each of runs()) each.startedAt = each.createdAt;
		expect(await found(lost(), { rules: 'ignored' })).toEqual([run]);
		expect(looks()).toHaveLength(1);
	});

	test.each([
		[10, 10, false],
		[11, 10, true],
		[150, 10, true],
	])('are named, ten at most: of %i', async (count, named, isMore) => {
		for (let n = 0; n < count; n++) created(0);
		lose({ status: 409 }, 99);
		const { description } = await failureOfCall(startRun(client, requestFor()));
		if (!description) throw new Error('Nothing is said');
		expect(description).toContain('One of these runs of the agent may be the one: ');
		expect(runs().filter(({ id }) => description.includes(id))).toHaveLength(named);
		expect(description.includes(' and more')).toBe(isMore);
		// No second page is read for those that are not named.
		const cursors = looks().filter(({ path }) => path.includes('cursor='));
		expect(cursors).toHaveLength(0);
	});

	test('a key is not sure to be kept for more than 23 hours', async () => {
		await knowTime();
		const sent = (hours: number) => lost({ sentAt: Date.now() - hours * HOUR_MS });
		expect([22.9, 23.1].map((hours) => mayBeForgotten(client, sent(hours)))).toEqual([false, true]);
		const serverSentAt = Date.now() - 23.1 * HOUR_MS;
		expect(mayBeForgotten(client, lost({ serverSentAt }))).toBe(true);
	});

	test('a run is older that began, or ended, long before', async () => {
		await knowTime();
		const at = (ms: number) => new Date(Date.now() + ms).toISOString();
		const run = (started_at: string | null, ended_at: string | null = null) =>
			isOlder(client, lost(), { started_at, ended_at } as Run);
		expect(run(at(-59_000))).toBe(false);
		expect(run(at(-62_000))).toBe(true);
		expect(run(null, at(-62_000))).toBe(true);
		expect(run(at(0), at(-62_000))).toBe(true);
		expect(run(null)).toBe(false);
	});
});

describe('What is said of a start that may have happened', () => {
	test.each([
		['heeded', {}, 'Retry On Fail looks again'],
		['ignored', OLDER_SERVERS.O2, 'execute the workflow again'],
	] as const)('where keys are %s', async (_, mode, advice) => {
		await useServer(mode);
		lose({ status: 409 }, 99);
		const { description, message, status, code, failure } = await failureOfCall(
			startRun(client, requestFor()),
		);
		expect(message).toMatch(/\. Whether the run was started is not certain$/);
		expect(description).toContain(`No run that may be the one was found. `);
		expect(description).toContain(advice);
		expect(status).toBe(409);
		expect(code).toBeDefined();
		// Only where nothing is started twice n8n may try again by itself.
		expect(failure !== undefined).toBe(advice.startsWith('Retry'));
	});

	test('where the runs cannot be read', async () => {
		stage.emulator.faults.add({ ...LIST, kind: { status: 403 }, times: 99 });
		lose({ status: 409 }, 99);
		const { description } = await failureOfCall(startRun(client, requestFor()));
		expect(description).toContain('The list of runs could not be read');
	});
});
