import { PlatformError } from '../../client/errors/platformError';
import type { AutoGptClient } from '../../client/http/client';
import { cancelSignals, resetProcessState, runWatchers } from '../../client/process/processState';
import { openRuns, waitForRuns, type AwaitedRun, type WaitResult } from '../../client/runs/waiting';
import { readRun } from '../../client/runs/runs';
import { echoAgent } from '../emulator/agents';
import { OLDER_SERVERS } from '../emulator/index.cts';
import { openStageClient } from '../harness/client.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { until, useWaitingStage } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(20),
);

const LIST = { method: 'GET', path: /\/runs\?/ };
const READ = { method: 'GET', path: /\/runs\/[\w-]+$/ };
const MINUTE_MS = 60_000;

const use = useWaitingStage();
const { asked, finish, started } = use;
let client: AutoGptClient;

beforeEach(async () => {
	client = await openStageClient(use.stage);
});

afterEach(() => {
	// What AutoGPT was to answer much later goes out now.
	use.stage.emulator.clock.advance(MINUTE_MS);
	expect(runWatchers.size).toBe(0);
	jest.restoreAllMocks();
	resetProcessState();
});

const lists = () => asked(LIST.method, LIST.path);
const reads = () => asked(READ.method, READ.path);
const fail = (kind: object, times = Infinity, path = /\/runs/) =>
	use.stage.emulator.faults.add({ method: 'GET', path, times, kind: kind as { status: number } });

const awaited = (id: string, more: Partial<AwaitedRun> = {}): AwaitedRun => ({
	...{ id, deadline: Infinity, returnReviews: true },
	...more,
});

async function waitFor(
	runs: readonly AwaitedRun[],
	onSettled?: (index: number, result: WaitResult) => boolean,
	by = client,
) {
	const results = await waitForRuns(by, runs, { longestIntervalMs: 1_000, onSettled });
	return results.map((result) => {
		if (!result) return undefined;
		if (result.ended === 'unreadable') return { ended: result.ended, reason: result.reason };
		const { id, status } = result.run;
		return { ended: result.ended, id, status };
	});
}

describe('The runs that are still open', () => {
	const open = async (...runs: Array<Pick<AwaitedRun, 'id' | 'graphId'>>) =>
		[...(await openRuns(client, runs)).keys()].sort();

	test('are not listed for a single one, or none', async () => {
		expect(await open()).toEqual([]);
		expect(await open({ id: started() })).toEqual([]);
		expect(lists()).toHaveLength(0);
	});

	test('are found by one list, without others', async () => {
		const both = [started(), started('QUEUED')].sort();
		started();
		const done = started();
		finish(done);
		expect(await open(...[...both, done].map((id) => ({ id })))).toEqual(both);
		expect(lists()).toHaveLength(1);
		const { searchParams } = new URL(lists()[0]?.path ?? '', 'http://autogpt');
		expect(searchParams.getAll('statuses').join()).toContain('REVIEW');
		expect(searchParams.has('graph_id')).toBe(false);
	});

	test('are asked for by their graph where all have the same', async () => {
		const graphOf = (list: number) =>
			new URL(lists()[list]?.path ?? '', 'http://autogpt').searchParams.get('graph_id');
		const { graphId } = use.stage.account.createAgent(echoAgent);
		const [one, other] = [started(), started()];
		await open({ id: one, graphId }, { id: other, graphId });
		await open({ id: one, graphId }, { id: other });
		expect([graphOf(0), graphOf(1)]).toEqual([graphId, null]);
	});

	test('are not the finished ones that an older server lists as well', async () => {
		use.stage.emulator.mode.runFilters = false;
		const [one, other] = [started(), started()];
		finish(other);
		expect(await open({ id: one }, { id: other })).toEqual([one]);
	});

	test('are listed no further than to the last that is waited for', async () => {
		const early = started();
		for (let n = 0; n < 120; n++) started();
		const [one, other] = [started(), started()];
		expect(await open({ id: one }, { id: other })).toEqual([one, other].sort());
		expect(lists()).toHaveLength(1);
		expect(await open({ id: one }, { id: early })).toHaveLength(2);
		expect(lists()).toHaveLength(3);
	});
});

describe('A wait', () => {
	test('for a run that has been read after its end asks for nothing', async () => {
		const run = started();
		finish(run);
		const ended = await readRun(client, run);
		const settled: number[] = [];
		use.stage.emulator.requests.length = 0;
		const results = await waitFor([awaited(run, { ended })], (index) => settled.push(index) > 0);
		expect(results).toEqual([{ ended: 'final', id: run, status: 'COMPLETED' }]);
		expect(settled).toEqual([0]);
		expect(use.stage.emulator.requests).toHaveLength(0);
	});

	test('for some of them goes on for the rest', async () => {
		const [done, open] = [started(), started()];
		finish(done);
		const ended = await readRun(client, done);
		const waiting = waitFor([awaited(done, { ended }), awaited(open)]);
		await until(() => reads().some(({ path }) => path.endsWith(open)));
		finish(open);
		expect(await waiting).toMatchObject([{ id: done }, { id: open, ended: 'final' }]);
		expect(reads().filter(({ path }) => path.endsWith(done))).toHaveLength(1);
		// A single run is read at once.
		expect(lists()).toHaveLength(0);
	});

	test('ends for all as soon as one says so, before anything is asked', async () => {
		const [done, open] = [started(), started()];
		finish(done);
		const ended = await readRun(client, done);
		use.stage.emulator.requests.length = 0;
		const settled: number[] = [];
		const results = await waitFor(
			[awaited(done, { ended }), awaited(done, { ended }), awaited(open)],
			(index) => settled.push(index) < 1,
		);
		expect(results).toEqual([
			{ ended: 'final', id: done, status: 'COMPLETED' },
			undefined,
			undefined,
		]);
		expect(results).toHaveLength(3);
		expect(settled).toEqual([0]);
		expect(use.stage.emulator.requests).toHaveLength(0);
	});

	test('ends for all as soon as one says so, while they are watched', async () => {
		const [one, other] = [started(), started()];
		const waiting = waitFor([awaited(one), awaited(other)], () => false);
		await until(() => lists().length > 0);
		finish(other);
		expect(await waiting).toEqual([undefined, { ended: 'final', id: other, status: 'COMPLETED' }]);
	});

	test('ends for all as soon as one says so, also for others of the same run', async () => {
		const run = started();
		const settled: number[] = [];
		const waiting = waitFor([awaited(run), awaited(run)], (index) => settled.push(index) < 1);
		await until(() => reads().length > 0);
		finish(run);
		expect(await waiting).toEqual([{ ended: 'final', id: run, status: 'COMPLETED' }, undefined]);
		expect(settled).toEqual([0]);
	});

	test.each([
		['has ended', Infinity],
		['is over its time', 0],
	])('fails with what its owner throws for a run that %s', async (_, deadline) => {
		const run = started();
		if (deadline === Infinity) finish(run);
		const failing = () => {
			throw new TypeError('No place for it');
		};
		await expect(waitFor([awaited(run, { deadline })], failing)).rejects.toThrow('No place for it');
	});

	test('of several for the same run ends for each', async () => {
		const run = started();
		const settled: number[] = [];
		const waiting = waitFor([awaited(run), awaited(run)], (index) => settled.push(index) > 0);
		await until(() => lists().length + reads().length > 0);
		finish(run);
		expect(await waiting).toMatchObject([{ id: run }, { id: run }]);
		expect(settled.sort()).toEqual([0, 1]);
	});

	test('that is over is asked for no more', async () => {
		const [one, other] = [started(), started()];
		const settled: number[] = [];
		const waiting = waitFor([awaited(one), awaited(other)], (index) => settled.push(index) > 0);
		await until(() => lists().length > 0);
		finish(one);
		await until(() => settled.length > 0);
		const before = reads().length;
		await until(() => reads().length > before + 1);
		finish(other);
		expect(await waiting).toMatchObject([{ id: one }, { id: other }]);
		expect(reads().filter(({ path }) => path.endsWith(one))).toHaveLength(1);
	});

	test('that is stopped before it begins asks for nothing', async () => {
		const stop = AbortSignal.abort(new Error('Stopped'));
		await expect(waitFor([awaited(started())], undefined, client.withSignal(stop))).rejects.toThrow(
			'Stopped',
		);
		expect(use.stage.emulator.requests).toHaveLength(0);
	});

	test('that is stopped ends at once, and leaves no one behind', async () => {
		const stop = new AbortController();
		const waiting = waitFor([awaited(started())], undefined, client.withSignal(stop.signal));
		await until(() => reads().length > 0);
		expect(cancelSignals.countOf(stop.signal)).toBeGreaterThan(0);
		stop.abort(new Error('Stopped'));
		await expect(waiting).rejects.toThrow('Stopped');
		expect(cancelSignals.countOf(stop.signal)).toBe(0);
	});

	test('that is stopped leaves others to their requests', async () => {
		const [one, other] = [started(), started()];
		const stops = [new AbortController(), new AbortController()];
		fail({ delayMs: MINUTE_MS });
		const [stopped, asking] = stops.map(
			async ({ signal }) =>
				await waitFor([awaited(one), awaited(other)], undefined, client.withSignal(signal)),
		);
		// The newest asks for all.
		await until(() => lists().length > 0);
		stops[0]?.abort(new Error('Stopped'));
		await expect(stopped).rejects.toThrow('Stopped');
		expect(runWatchers.size).toBe(1);
		stops[1]?.abort(new Error('Stopped, too'));
		await expect(asking).rejects.toThrow('Stopped, too');
	});

	test.each([
		[true, { ended: 'review', status: 'REVIEW' }],
		[false, { ended: 'final', status: 'COMPLETED' }],
	])('for a run that asks for a review: returned is %s', async (returnReviews, wanted) => {
		const run = started();
		use.stage.account.requestReview(run);
		const waiting = waitFor([awaited(run, { returnReviews })]);
		await until(() => reads().length > 1 || returnReviews);
		if (!returnReviews) finish(run);
		expect(await waiting).toMatchObject([wanted]);
	});

	test('for a run that is not there says why, to each in words of its own', async () => {
		const missing = awaited('00000000-0000-4000-8000-000000000000');
		const [one, other] = await waitFor([missing, missing]);
		for (const result of [one, other]) {
			expect(result).toMatchObject({ ended: 'unreadable', reason: { status: 404 } });
			expect(result?.reason).toBeInstanceOf(PlatformError);
		}
		expect(one?.reason).not.toBe(other?.reason);
	});

	test('watches with others of its key, and with no one of another', async () => {
		const [one, other] = [started(), started()];
		const same = await openStageClient(use.stage);
		const stranger = await openStageClient(use.stage, { apiKey: use.stage.account.createKey() });
		const waits = [client, same, stranger].map(
			async (by) => await waitFor([awaited(one), awaited(other)], undefined, by),
		);
		await until(() => lists().length > 0);
		expect(runWatchers.size).toBe(2);
		[one, other].forEach((run) => finish(run));
		expect(await Promise.all(waits)).toMatchObject(
			[0, 1, 2].map(() => [{ id: one }, { id: other }]),
		);
	});
});

describe('A wait with a time limit', () => {
	const soon = (ms = 150) => Date.now() + ms;

	test('returns the run as it is then', async () => {
		const [run, queued] = [started(), started('QUEUED')];
		expect(await waitFor([awaited(run, { deadline: soon() })])).toEqual([
			{ ended: 'timeLimit', id: run, status: 'RUNNING' },
		]);
		expect(await waitFor([awaited(queued, { deadline: soon() })])).toMatchObject([
			{ ended: 'timeLimit', status: 'QUEUED' },
		]);
	});

	test('ends as soon as the run does', async () => {
		const run = started();
		const waiting = waitFor([awaited(run, { deadline: soon(60 * MINUTE_MS) })]);
		await until(() => reads().length > 0);
		finish(run);
		expect(await waiting).toEqual([{ ended: 'final', id: run, status: 'COMPLETED' }]);
	});

	test('is over although the clock is put back during its last look', async () => {
		const run = started();
		const deadline = soon(1_000);
		const waiting = waitFor([awaited(run, { deadline })]);
		await until(() => reads().some(({ status }) => status === 200));
		fail({ delayMs: 500 });
		await until(() => Date.now() > deadline && reads().at(-1)?.status === 0);
		jest.spyOn(Date, 'now').mockReturnValue(deadline - MINUTE_MS);
		expect(await waiting).toEqual([{ ended: 'timeLimit', id: run, status: 'RUNNING' }]);
	});

	test('ends alone', async () => {
		const [run, other] = [started(), started()];
		const settled: number[] = [];
		const waiting = waitFor(
			[awaited(run, { deadline: soon() }), awaited(other)],
			(index) => settled.push(index) > 0,
		);
		await until(() => settled.length > 0);
		finish(other);
		expect(await waiting).toMatchObject([{ ended: 'timeLimit' }, { ended: 'final' }]);
		expect(settled).toEqual([0, 1]);
	});

	test('returns a run that has ended just before it', async () => {
		const run = started();
		// It is not seen before the last look.
		fail({ status: 503 }, 1);
		const waiting = waitFor([awaited(run, { deadline: soon(400) })]);
		finish(run);
		expect(await waiting).toMatchObject([{ ended: 'final', id: run }]);
	});

	test('bears with an AutoGPT out of reach until then', async () => {
		const run = started();
		fail({ status: 503 });
		const began = Date.now();
		const [result] = await waitFor([awaited(run, { deadline: soon(300) })]);
		expect(result).toMatchObject({ ended: 'unreadable', reason: { status: 503 } });
		expect(Date.now() - began).toBeGreaterThanOrEqual(300);
	});

	test('asks twice at its end, and no more', async () => {
		const run = started();
		fail({ status: 503 });
		const [result] = await waitFor([awaited(run, { deadline: 0 })]);
		expect(result).toMatchObject({ ended: 'unreadable', reason: { status: 503 } });
		expect(reads()).toHaveLength(2);
	});

	test('knows nothing of a run that was seen long before, where the last look hangs', async () => {
		const run = started();
		const deadline = soon(1_500);
		const waiting = waitFor([awaited(run, { deadline })]);
		await until(() => reads().some(({ status }) => status === 200));
		fail({ delayMs: MINUTE_MS });
		await until(() => Date.now() > deadline && reads().at(-1)?.status === 0);
		const later = Date.now() + MINUTE_MS;
		jest.spyOn(Date, 'now').mockReturnValue(later);
		const [result] = await waiting;
		expect(result?.ended).toBe('unreadable');
		expect(result?.reason?.message).toContain('could not be reached');
	});

	test('takes a run for going on that was seen a moment before, where the last look hangs', async () => {
		const run = started();
		const waiting = waitFor([awaited(run, { deadline: soon(1_500) })]);
		await until(() => reads().some(({ status }) => status === 200));
		fail({ delayMs: MINUTE_MS });
		expect(await waiting).toEqual([{ ended: 'timeLimit', id: run, status: 'RUNNING' }]);
	});

	test('says that nothing was seen where AutoGPT never answered', async () => {
		fail({ delayMs: MINUTE_MS });
		const [result] = await waitFor([awaited(started(), { deadline: soon(100) })]);
		expect(result?.ended).toBe('unreadable');
		expect(result?.reason?.message).toContain('could not be reached');
	});

	test('is stopped during its last look as at any time', async () => {
		const run = started();
		const stop = new AbortController();
		const deadline = soon(1_500);
		const waiting = waitFor(
			[awaited(run, { deadline })],
			undefined,
			client.withSignal(stop.signal),
		);
		await until(() => reads().some(({ status }) => status === 200));
		fail({ delayMs: MINUTE_MS });
		await until(() => Date.now() > deadline && reads().at(-1)?.status === 0);
		stop.abort(new Error('Stopped'));
		await expect(waiting).rejects.toThrow('Stopped');
	});
});

describe('A wait without a time limit', () => {
	test('bears with an AutoGPT out of reach for a while', async () => {
		const run = started();
		fail({ status: 503 }, 14);
		const waiting = waitFor([awaited(run)]);
		await until(() => reads().length > 13);
		finish(run);
		expect(await waiting).toEqual([{ ended: 'final', id: run, status: 'COMPLETED' }]);
	});

	test('bears with it once more after it was back', async () => {
		const run = started();
		fail({ status: 503 }, 5);
		const waiting = waitFor([awaited(run)]);
		await until(() => reads().some(({ status }) => status === 200));
		fail({ status: 503 }, 5);
		const before = reads().length;
		await until(() => reads().length > before + 5);
		finish(run);
		expect(await waiting).toMatchObject([{ ended: 'final', id: run }]);
	});

	test('ends at once where AutoGPT refuses the key', async () => {
		fail({ status: 401 });
		const [result] = await waitFor([awaited(started())]);
		expect(result).toMatchObject({ ended: 'unreadable', reason: { status: 401 } });
	});
});

describe('On a server of spring', () => {
	test('runs are waited for that its list does not tell apart', async () => {
		Object.assign(use.stage.emulator.mode, OLDER_SERVERS.O2);
		const [one, other] = [started(), started()];
		finish(one);
		const waiting = waitFor([awaited(one), awaited(other)]);
		await until(() => reads().some(({ path }) => path.endsWith(one)));
		finish(other);
		expect(await waiting).toMatchObject([{ id: one }, { id: other }]);
	});
});
