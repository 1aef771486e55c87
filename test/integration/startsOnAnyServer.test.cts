import type { INodeExecutionData } from 'n8n-workflow';

import { keptReads, resetProcessState, startLedger } from '../../client/process/processState';
import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { greetingAgent } from '../emulator/agents';
import {
	OLDER_SERVERS,
	type FaultKind,
	type Mode,
	type EmulatorOptions,
} from '../emulator/index.cts';

const START = { method: 'POST', path: /\/runs$/ };
const LIST = { method: 'GET', path: /\/runs\?/ };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const CONTINUE = { onError: 'continueRegularOutput' } as const;
const EARLY: Partial<Mode> = { idempotency: 'unbound' };
const HOUR_MS = 3_600_000;

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(50),
);

const stages: Stage[] = [];
let stage: Stage;
let agentId: string;

async function useServer(mode: Partial<Mode>, options: EmulatorOptions = {}): Promise<void> {
	stage = await setStage({ ...options, mode: { rateLimitHeaders: false, ...mode } });
	stages.push(stage);
	({ agentId } = stage.account.createAgent(greetingAgent));
}

const greet = (options = {}) => runAndWait(agentId, '={{ JSON.stringify($json) }}', options);
const lose = (kind: FaultKind, times = 1, skip = 0) =>
	stage.emulator.faults.add({ ...START, kind, times, skip });
const starts = () =>
	stage.emulator.requests.filter(
		({ method, path }) => method === 'POST' && path.endsWith(`/${agentId}/runs`),
	);
const runs = () => stage.account.runs();
const item = (inputs: object): INodeExecutionData[] => [
	{ json: inputs as INodeExecutionData['json'] },
];
const ada = item({ name: 'Ada' });

/** More than the life of a key passes; what was read before is kept for a moment only. */
function dayPasses(): void {
	stage.emulator.clock.advance(25 * HOUR_MS);
	keptReads.reset();
}

/** The key store is down until the first run is there. */
function storeDownAtFirst(): void {
	Object.defineProperty(stage.emulator.mode, 'idempotencyStore', {
		get: () => (runs().length === 0 ? 'down' : 'up'),
	});
}

afterEach(() => {
	for (const { emulator } of stages) expect(emulator.contractViolations).toEqual([]);
});

afterAll(async () => {
	await Promise.all(stages.map(async ({ emulator }) => await emulator.close()));
});

describe('Before a start is repeated', () => {
	test.each<[string, Partial<Mode>, FaultKind]>([
		['O3, status 500', OLDER_SERVERS.O3, { failsAfter: 500 }],
		['O3, connection lost', OLDER_SERVERS.O3, { failsAfter: 'drop' }],
		[
			'O3 that describes no presets',
			{ ...OLDER_SERVERS.O3, tellsPresets: false },
			{ failsAfter: 'drop' },
		],
		['O3 whose clock is ahead', { ...OLDER_SERVERS.O3, dateOffMs: 20_000 }, { failsAfter: 500 }],
		['O3 whose clock is behind', { ...OLDER_SERVERS.O3, dateOffMs: -20_000 }, { failsAfter: 500 }],
		['O3 without a clock', { ...OLDER_SERVERS.O3, dateOffMs: null }, { failsAfter: 500 }],
		[
			'O3 that shows inputs in another form',
			{ ...OLDER_SERVERS.O3, shownInputs: 'inOtherForm' },
			{ failsAfter: 500 },
		],
		['O3 that lists no inputs', { ...OLDER_SERVERS.O3, shownInputs: 'none' }, { failsAfter: 500 }],
	])('%s: the run that its key has lost is named, not doubled', async (_, mode, kind) => {
		await useServer(mode);
		lose(kind);
		const { error } = await stage.run(greet(), { items: item({ name: [1, 2] }), settings: RETRY });
		expect(runs()).toHaveLength(1);
		expect(starts()).toHaveLength(1);
		expect(error?.message).toContain('not certain');
		expect(error?.description).toContain(runs()[0]?.id);
	});

	test('early N whose key store was down at the first use: the run is named, not doubled', async () => {
		await useServer(EARLY);
		storeDownAtFirst();
		lose({ after: 'drop' });
		const { error } = await stage.run(greet(), { items: ada, settings: RETRY });
		expect(runs()).toHaveLength(1);
		expect(error?.description).toContain(runs()[0]?.id);
	});

	test('O3, connection lost: a run that shows up at the second look is named, not doubled', async () => {
		await useServer(OLDER_SERVERS.O3);
		const looks = () => stage.emulator.requests.filter(({ path }) => LIST.path.test(path)).length;
		// The list of runs reads this mode first of all.
		Object.defineProperty(stage.emulator.mode, 'runFilters', {
			get: () => {
				for (const run of runs()) run.deleted = looks() < 2;
				return true;
			},
		});
		lose({ failsAfter: 'drop' });
		const { error } = await stage.run(greet(), { items: ada, settings: RETRY });
		expect(runs()).toHaveLength(1);
		expect(error?.description).toContain(runs()[0]?.id);
	});

	test.each<[string, Partial<Mode>]>([
		['newest', {}],
		['early N', EARLY],
		['O3', OLDER_SERVERS.O3],
	])('%s: a lost response gives the run of the key', async (_, mode) => {
		await useServer(mode);
		lose({ after: 'drop' });
		const { items, error } = await stage.run(greet(), { items: ada });
		expect(error).toBeUndefined();
		expect(items[0]?.json.id).toBe(runs()[0]?.id);
		expect(runs()).toHaveLength(1);
	});

	test('a list that cannot be read holds nothing back that the key proves', async () => {
		await useServer({});
		stage.emulator.faults.add({ ...LIST, kind: { status: 403 }, times: 99 });
		lose({ after: 'drop' });
		const { items } = await stage.run(greet(), { items: ada });
		expect(items[0]?.json.id).toBe(runs()[0]?.id);
		expect(runs()).toHaveLength(1);
	});

	test('where neither the list nor the key tells, nothing is sent again', async () => {
		await useServer(EARLY);
		storeDownAtFirst();
		stage.emulator.faults.add({ ...LIST, kind: { status: 403 }, times: 99 });
		lose({ after: 'drop' });
		const { error } = await stage.run(greet(), { items: ada, settings: RETRY });
		expect(runs()).toHaveLength(1);
		expect(error?.description).toContain('READ_RUN');
	});

	test.each<[string, Partial<Mode>]>([
		['newest', {}],
		['O3', OLDER_SERVERS.O3],
	])('%s: runs of others that surely differ hold nothing back', async (_, mode) => {
		await useServer(mode);
		stage.account.startRun(agentId, { name: 'Bob' });
		lose({ before: 'drop' });
		const { items } = await stage.run(greet(), { items: ada });
		expect(items[0]?.json.outputs).toEqual({ greeting: 'Hello, Ada!' });
		expect(runs()).toHaveLength(2);
	});

	test('a key that AutoGPT may have forgotten after a day starts nothing again', async () => {
		await useServer({});
		const options = { items: ada, executionId: 'long', settings: CONTINUE };
		lose({ after: 'drop' });
		stage.emulator.faults.add({ ...LIST, kind: { status: 500 }, times: 99 });
		stage.emulator.faults.add({ ...START, kind: { status: 500 }, times: 99 });
		await stage.run(greet(), options);
		stage.emulator.faults.clear();
		dayPasses();
		const { items } = await stage.run(greet(), options);
		expect(runs()).toHaveLength(1);
		expect(failureOf(items[0]).description).toContain(runs()[0]?.id);
	});

	test('nor where the list shows no run of it', async () => {
		await useServer({});
		const options = { items: ada, executionId: 'unlisted', settings: CONTINUE };
		lose({ before: 'drop' });
		stage.emulator.faults.add({ ...LIST, kind: { status: 500 }, times: 99 });
		stage.emulator.faults.add({ ...START, kind: { status: 500 }, times: 99 });
		await stage.run(greet(), options);
		stage.emulator.faults.clear();
		dayPasses();
		const { items } = await stage.run(greet(), options);
		expect(runs()).toEqual([]);
		expect(failureOf(items[0]).message).toContain('not certain');
	});
});

describe('A run is taken only where AutoGPT returned it for the key', () => {
	test('a worker was killed before it made the run, and another one just started the same', async () => {
		await useServer({});
		lose({ killed: 'before' });
		const other = stage.account.startRun(agentId, { name: 'Ada' });
		const { items } = await stage.run(greet(), { items: ada, settings: CONTINUE });
		expect(failureOf(items[0]).description).toContain(other);
		expect(runs()).toHaveLength(1);
	});

	test.each<[string, object]>([
		['lists without inputs', {}],
		['lists without inputs, own key', { idempotencyKey: 'order-1' }],
	])('%s', async (_, options) => {
		await useServer({ shownInputs: 'none' });
		lose({ killed: 'before' });
		const other = stage.account.startRun(agentId, { name: 'Bob' });
		const { items } = await stage.run(greet(options), { items: ada, settings: CONTINUE });
		expect(failureOf(items[0]).description).toContain(other);
	});

	test('an own key held for a run of this morning, and a stranger just started the same', async () => {
		await useServer({});
		const createdAt = new Date(Date.now() - 6 * HOUR_MS);
		const morning = stage.account.startRun(agentId, { name: 'Ada' }, { createdAt });
		lose({ killed: 'before' });
		const stranger = stage.account.startRun(agentId, { name: 'Ada' });
		const { items } = await stage.run(greet({ idempotencyKey: 'order-1' }), {
			items: ada,
			settings: CONTINUE,
		});
		const { description } = failureOf(items[0]);
		expect(description).toContain(morning);
		expect(description).toContain(stranger);
	});
});

describe('A run that may be the one is not disowned', () => {
	test.each<[string, Partial<Mode>]>([
		['newest', {}],
		['early N', EARLY],
	])('%s: inputs that AutoGPT shows in another form', async (_, mode) => {
		await useServer({ ...mode, shownInputs: 'inOtherForm' });
		const { items, error } = await stage.run(greet({ idempotencyKey: 'order-1' }), {
			items: item({ name: [7, 8] }),
		});
		expect(error).toBeUndefined();
		expect(items[0]?.json.id).toBe(runs()[0]?.id);
	});
});

describe('A run from before this execution', () => {
	test('is pointed out where the execution has a number that was used before', async () => {
		await useServer({});
		const options = { items: ada, executionId: '17' };
		const first = await stage.run(greet(), options);
		expect(first.hints).toEqual([]);
		resetProcessState();
		stage.emulator.clock.advance(2 * HOUR_MS);
		const second = await stage.run(greet(), options);
		expect(second.items[0]?.json.id).toBe(first.items[0]?.json.id);
		expect(JSON.stringify(second.hints)).toContain('restored or copied');
		expect(JSON.stringify(second.hints)).toContain(runs()[0]?.id);
	});

	test('needs no hint where the user asked for it by an own key', async () => {
		await useServer({});
		await stage.run(greet({ idempotencyKey: 'order-1' }), { items: ada });
		stage.emulator.clock.advance(2 * HOUR_MS);
		const { hints } = await stage.run(greet({ idempotencyKey: 'order-1' }), { items: ada });
		expect(hints).toEqual([]);
	});
});

describe('Many starts in one execution', () => {
	test('are kept as long as the execution lives: Retry On Fail is part of it', async () => {
		await useServer({ idempotency: 'ignored' });
		const opened = jest.spyOn(startLedger, 'open');
		lose({ status: 402 }, 1, 1);
		const items = [...ada, ...item({ name: 'Bob' })];
		await stage.run(greet({ startsAtOnce: 1 }), { items, settings: RETRY });
		await stage.run(greet(), { items: ada });
		const [first, again, other] = opened.mock.calls
			.slice(1)
			.map(([, , sending]) => sending?.execution);
		opened.mockRestore();
		expect(first).toBeInstanceOf(AbortSignal);
		expect(again).toBe(first);
		expect(other).not.toBe(first);
	});
});
