import type { INode } from 'n8n-workflow';

import { PlatformError, type PlatformFault } from '../../client/errors/platformError';
import {
	RunWatcher,
	RunWatchers,
	type LastSeen,
	type RunToSee,
	type Sight,
	type WatchedRun,
	type Watcher,
	type WatchRules,
} from '../../client/process/runWatcher';
import type { Run, RunDetails, RunStatus } from '../../client/contract/types';

const RULES: WatchRules = {
	firstPauseMs: 1_000,
	growth: 1.2,
	longestPauseMs: 30_000,
	listsRuns: true,
	readsAtOnce: 2,
};

const pass = async (ms: number) => await jest.advanceTimersByTimeAsync(ms);

/** Milliseconds since the test began, on every clock. */
let began = 0;
const time = () => Date.now() - began;

beforeEach(() => {
	jest.useFakeTimers();
	began = Date.now();
	// Where the clock comes from that nobody puts back.
	class Stamped {
		readonly timeStamp = time();
	}
	jest.spyOn(globalThis, 'Event', 'get').mockReturnValue(Stamped as unknown as typeof Event);
});

afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

function fault(facts: Partial<PlatformFault> = {}): PlatformError {
	const node = { name: 'AutoGPT' } as INode;
	return new PlatformError(node, { message: 'no', description: '', outcome: 'unknown', ...facts });
}

function waitFor(id: string, facts: Partial<WatchedRun> = {}): WatchedRun {
	return { id, deadline: Infinity, returnReviews: false, longestIntervalMs: Infinity, ...facts };
}

/** AutoGPT's runs by ID; those that are not named are running. */
type Statuses = Record<string, RunStatus>;

const runOf = (id: string, status: RunStatus = 'RUNNING') =>
	({
		id,
		status,
		inputs: { a: 1 },
		outputs: { b: 2 },
		share_token: 'secret',
	}) as unknown as RunDetails;

/** An execution that waits, and all that happens to it. */
function execution(statuses: Statuses, changes: Partial<Watcher> = {}) {
	const lists: Array<{ at: number; ids: string[] }> = [];
	const reads: Array<{ at: number; id: string; isCheck: boolean; graphId?: string }> = [];
	const sights: Array<[string, Sight]> = [];
	const over: Array<{ at: number; run: WatchedRun; lastSeen?: LastSeen }> = [];
	const broken: unknown[] = [];
	const signals: AbortSignal[] = [];
	const isFinal = (id: string) => ['COMPLETED', 'FAILED'].includes(statuses[id] ?? '');
	const watcher: Watcher = {
		rules: RULES,
		list: async (runs, signal) => {
			lists.push({ at: time(), ids: runs.map(({ id }) => id) });
			signals.push(signal);
			const open = runs.filter(({ id }) => !isFinal(id));
			return await Promise.resolve(
				new Map(open.map(({ id }): [string, Run] => [id, runOf(id, statuses[id])])),
			);
		},
		read: async ({ id, graphId }: RunToSee, signal, isCheck) => {
			reads.push({ at: time(), id, isCheck, ...(graphId ? { graphId } : {}) });
			signals.push(signal);
			return await Promise.resolve(runOf(id, statuses[id]));
		},
		onSight: (run, sight) => {
			sights.push([run.id, sight]);
			return sight instanceof PlatformError || isFinal(run.id) || sight.status === 'REVIEW';
		},
		onDeadline: (runs) => over.push(...runs.map((one) => ({ at: time(), ...one }))),
		onBroken: (error) => broken.push(error),
		...changes,
	};
	const seen = () => sights.map(([id]) => id);
	return { watcher, lists, reads, sights, seen, over, broken, signals };
}

describe('A single run that is waited for', () => {
	it('is read directly, ever less often', async () => {
		const statuses: Statuses = {};
		const one = execution(statuses);
		const watcher = new RunWatcher();
		const leave = watcher.join(one.watcher, [waitFor('a')]);
		await pass(6_000);
		expect(one.reads.map(({ at }) => at)).toEqual([1_000, 2_200, 3_640, 5_368]);
		expect(one.reads.every(({ isCheck }) => isCheck)).toBe(true);
		expect(one.lists).toEqual([]);
		statuses.a = 'COMPLETED';
		await pass(2_000);
		expect(one.reads).toHaveLength(5);
		expect(watcher.counts).toEqual({ members: 1, runs: 0, reads: 0 });
		await pass(100_000);
		expect(one.reads).toHaveLength(5);
		leave();
		expect(watcher.counts).toEqual({ members: 0, runs: 0, reads: 0 });
		await pass(0);
		expect(jest.getTimerCount()).toBe(0);
	});

	it.each([
		['the server', { longestPauseMs: 1_100 }, {}],
		['the user', {}, { longestIntervalMs: 1_100 }],
	])('is read no less often than %s wants', async (_, rules, facts) => {
		const one = execution({}, { rules: { ...RULES, ...rules } });
		const leave = new RunWatcher().join(one.watcher, [waitFor('a', facts)]);
		await pass(4_400);
		expect(one.reads.map(({ at }) => at)).toEqual([1_000, 2_100, 3_200, 4_300]);
		leave();
	});

	it('is returned when it asks for a review, and its failure, too', async () => {
		const one = execution({ a: 'REVIEW' });
		const watcher = new RunWatcher();
		watcher.join(one.watcher, [waitFor('a', { returnReviews: true })]);
		await pass(1_000);
		expect([one.seen(), watcher.counts.runs]).toEqual([['a'], 0]);
		const failure = fault();
		const other = execution({}, { read: async () => await Promise.reject(failure) });
		watcher.join(other.watcher, [waitFor('b')]);
		await pass(1_000);
		expect([other.sights, other.broken]).toEqual([[['b', failure]], []]);
	});
});

describe('A run that goes on', () => {
	it('is shown at its time limit as it was last seen, whatever failed since', async () => {
		let reads = 0;
		const one = execution(
			{},
			{
				read: async ({ id }) => {
					reads += 1;
					return await (reads === 1 ? Promise.resolve(runOf(id)) : Promise.reject(fault()));
				},
				onSight: () => false,
			},
		);
		new RunWatcher().join(one.watcher, [waitFor('a', { deadline: Date.now() + 4_000 })]);
		await pass(4_000);
		expect(reads).toBe(3);
		expect(one.over.map(({ lastSeen }) => [lastSeen?.run.status, time() - 3_000])).toEqual([
			['RUNNING', 1_000],
		]);
		expect(one.over[0]?.lastSeen?.at).toBe(began + 1_000);
	});

	it('is not read a second time while a response is on its way', async () => {
		let reads = 0;
		const read = async () => {
			reads += 1;
			return await new Promise<RunDetails>(() => undefined);
		};
		const leave = new RunWatcher().join(execution({}, { read }).watcher, [waitFor('a')]);
		await pass(60_000);
		expect(reads).toBe(1);
		leave();
	});

	it('is shown as the list had it where its final read does not end in time', async () => {
		const statuses: Statuses = {};
		const one = execution(statuses, { read: async () => await new Promise(() => undefined) });
		const deadline = Date.now() + 5_000;
		new RunWatcher().join(one.watcher, [waitFor('a', { deadline }), waitFor('b')]);
		await pass(1_500);
		statuses.a = 'COMPLETED';
		await pass(3_500);
		expect(one.over.map(({ lastSeen }) => lastSeen?.run.status)).toEqual(['RUNNING']);
	});
});

describe('Runs that are waited for together', () => {
	it('are seen by one list, and read once they have left it', async () => {
		const statuses: Statuses = {};
		const one = execution(statuses);
		const watcher = new RunWatcher();
		const leave = watcher.join(
			one.watcher,
			['a', 'b', 'c'].map((id) => waitFor(id)),
		);
		await pass(1_000);
		expect(one.lists).toEqual([{ at: 1_000, ids: ['a', 'b', 'c'] }]);
		expect(one.reads).toEqual([]);
		statuses.b = 'COMPLETED';
		await pass(1_200);
		expect(one.lists.map(({ at }) => at)).toEqual([1_000, 2_200]);
		expect(one.reads).toEqual([{ at: 2_200, id: 'b', isCheck: false }]);
		expect(one.seen()).toEqual(['b']);
		await pass(1_440);
		expect(one.lists[2]?.ids).toEqual(['a', 'c']);
		leave();
	});

	it('are read when they ask for a review, where that is wanted', async () => {
		const one = execution({ a: 'REVIEW', b: 'REVIEW' });
		const leave = new RunWatcher().join(one.watcher, [
			waitFor('a'),
			waitFor('b', { returnReviews: true }),
		]);
		await pass(1_000);
		expect(one.reads.map(({ id }) => id)).toEqual(['b']);
		leave();
	});

	it('are each read where there is no list, two at a time', async () => {
		const ends: Array<() => void> = [];
		const one = execution({}, { rules: { ...RULES, listsRuns: false } });
		const { read } = one.watcher;
		one.watcher.read = async (...given) => {
			const run = await read(...given);
			await new Promise<void>((resolve) => ends.push(resolve));
			return run;
		};
		const watcher = new RunWatcher();
		const leave = watcher.join(
			one.watcher,
			['a', 'b', 'c', 'd'].map((id) => waitFor(id)),
		);
		await pass(1_000);
		expect(one.reads.map(({ id }) => id)).toEqual(['a', 'b']);
		expect(watcher.counts.reads).toBe(4);
		ends[1]?.();
		await pass(0);
		expect(one.reads.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
		// Reads that last for five seconds hold no other back.
		await pass(4_999);
		expect(one.reads).toHaveLength(3);
		await pass(1);
		expect(one.reads[3]).toEqual({ at: 6_000, id: 'd', isCheck: true });
		leave();
		ends.forEach((end) => end());
		await pass(0);
		expect(watcher.counts).toEqual({ members: 0, runs: 0, reads: 0 });
	});

	it('are read where the list turns out to be missing', async () => {
		const rules = { ...RULES };
		const lack = fault({ server: 'lacksOperation' });
		const one = execution({}, { rules });
		one.watcher.list = async () => {
			rules.listsRuns = false;
			return await Promise.reject(lack);
		};
		const leave = new RunWatcher().join(one.watcher, [waitFor('a'), waitFor('b')]);
		await pass(1_000);
		expect(one.reads).toEqual([
			{ at: 1_000, id: 'a', isCheck: true },
			{ at: 1_000, id: 'b', isCheck: true },
		]);
		expect([one.sights.length, one.broken]).toEqual([2, []]);
		leave();
	});

	it('are not read where nobody waits for them any more', async () => {
		const rules = { ...RULES };
		const one = execution({}, { rules });
		let refuse: (error: Error) => void = () => undefined;
		one.watcher.list = async () => await new Promise((_, reject) => (refuse = reject));
		const watcher = new RunWatcher();
		const leave = watcher.join(one.watcher, [
			waitFor('a', { deadline: began + 1_500 }),
			waitFor('b'),
		]);
		await pass(1_600);
		rules.listsRuns = false;
		refuse(fault({ server: 'lacksOperation' }));
		await pass(0);
		expect(one.reads).toEqual([{ at: 1_600, id: 'b', isCheck: true }]);
		expect(watcher.counts).toEqual({ members: 1, runs: 1, reads: 0 });
		leave();
	});

	it.each([
		['a failure', {}],
		['a lack where there should be a list', { server: 'lacksOperation' as const }],
	])('each see %s of their list', async (_, facts) => {
		const failure = fault(facts);
		const one = execution({}, { list: async () => await Promise.reject(failure) });
		const watcher = new RunWatcher();
		watcher.join(one.watcher, [waitFor('a'), waitFor('b')]);
		await pass(1_000);
		expect(one.sights).toEqual([
			['a', failure],
			['b', failure],
		]);
		expect([one.reads, one.broken, watcher.counts.runs]).toEqual([[], [], 0]);
	});

	it('are told by the graph that any of their waits knows', async () => {
		const one = execution({}, { rules: { ...RULES, listsRuns: false } });
		const other = execution({}, { rules: { ...RULES, listsRuns: false } });
		const watcher = new RunWatcher();
		watcher.join(one.watcher, [waitFor('a')]);
		watcher.join(other.watcher, [waitFor('a', { graphId: 'graph' })]);
		await pass(1_000);
		expect(one.reads).toEqual([{ at: 1_000, id: 'a', isCheck: true, graphId: 'graph' }]);
	});

	it.each([true, false])(
		'are checked when the first of them is due (list: %s)',
		async (listsRuns) => {
			const rules = { ...RULES, listsRuns };
			const [one, two] = [execution({}, { rules }), execution({}, { rules })];
			const watcher = new RunWatcher();
			const leave = watcher.join(one.watcher, [waitFor('a')]);
			await pass(900);
			const leaveToo = watcher.join(two.watcher, [waitFor('b')]);
			await pass(100);
			expect([...one.lists, ...two.lists].map(({ ids }) => ids)).toEqual(
				listsRuns ? [['a', 'b']] : [],
			);
			expect([...one.reads, ...two.reads].map(({ id }) => id)).toEqual(listsRuns ? [] : ['a']);
			leave();
			leaveToo();
		},
	);

	it('are listed by who waits still, not by who has all of its runs', async () => {
		const statuses: Statuses = { c: 'COMPLETED' };
		const [one, two] = [execution(statuses), execution(statuses)];
		const watcher = new RunWatcher();
		const leave = watcher.join(one.watcher, [waitFor('a'), waitFor('b')]);
		const leaveToo = watcher.join(two.watcher, [waitFor('c')]);
		await pass(1_000);
		expect([two.seen(), two.lists.length, one.lists.length]).toEqual([['c'], 1, 0]);
		await pass(2_000);
		expect([two.lists.length, one.lists.length]).toEqual([1, 1]);
		leave();
		leaveToo();
	});

	it('are read for a review only where they ask for one, and one execution wants to know', async () => {
		const statuses: Statuses = { a: 'REVIEW' };
		const [one, two] = [execution(statuses), execution(statuses)];
		const watcher = new RunWatcher();
		const leave = watcher.join(one.watcher, [
			waitFor('a', { returnReviews: true }),
			waitFor('b', { returnReviews: true }),
		]);
		const leaveToo = watcher.join(two.watcher, [waitFor('a')]);
		await pass(1_000);
		expect([...one.reads, ...two.reads].map(({ id }) => id)).toEqual(['a']);
		leave();
		leaveToo();
	});
});

describe('A time limit', () => {
	it('ends the wait for its run to the millisecond, with what was seen last', async () => {
		const one = execution({});
		const watcher = new RunWatcher();
		const leave = watcher.join(one.watcher, [
			waitFor('a', { deadline: began + 1_500 }),
			waitFor('b', { deadline: began + 1_600 }),
			waitFor('c'),
		]);
		await pass(1_499);
		expect(one.over).toEqual([]);
		await pass(1);
		const large = { inputs: null, credentials_inputs: null, outputs: null, node_executions: null };
		const run = { ...runOf('a'), ...large, share_token: null };
		expect(one.over).toEqual([
			{
				at: 1_500,
				run: expect.objectContaining({ id: 'a' }) as object,
				lastSeen: { run, at: began + 1_000 },
			},
		]);
		expect(watcher.counts.runs).toBe(2);
		await pass(100);
		expect(one.over.map(({ at }) => at)).toEqual([1_500, 1_600]);
		leave();
	});

	it('that is over before the first check has seen nothing', async () => {
		const one = execution({});
		const leave = new RunWatcher().join(one.watcher, [waitFor('a', { deadline: began })]);
		await pass(0);
		expect(one.over).toMatchObject([{ at: 0, lastSeen: undefined }]);
		leave();
	});

	it('of weeks is no problem', async () => {
		const rules = { ...RULES, firstPauseMs: 3_000_000_000, longestPauseMs: Infinity };
		const one = execution({}, { rules });
		const deadline = began + 3_000_000_000;
		const leave = new RunWatcher().join(one.watcher, [waitFor('a', { deadline })]);
		await pass(120_000);
		expect([one.reads, one.over]).toEqual([[], []]);
		leave();
	});
});

describe('Executions that wait with one credential', () => {
	it('share lists and reads, and each gets what it waits for', async () => {
		const statuses: Statuses = { b: 'COMPLETED' };
		const [one, two] = [execution(statuses), execution(statuses)];
		const watcher = new RunWatcher();
		watcher.join(one.watcher, [waitFor('a'), waitFor('b')]);
		watcher.join(two.watcher, [waitFor('b'), waitFor('c')]);
		expect(watcher.counts).toEqual({ members: 2, runs: 3, reads: 0 });
		await pass(1_000);
		// The newest probably waits on for longest.
		expect([one.lists.length, two.lists.length]).toEqual([0, 1]);
		expect(one.reads.length + two.reads.length).toBe(1);
		expect([one.seen(), two.seen()]).toEqual([['b'], ['b']]);
		expect(watcher.counts.runs).toBe(2);
	});

	it('go on when one of them leaves, with another client', async () => {
		const [one, two] = [execution({}), execution({})];
		const isEmpty = jest.fn();
		const watcher = new RunWatcher(isEmpty);
		const leaveOne = watcher.join(one.watcher, [waitFor('a'), waitFor('b')]);
		const leaveTwo = watcher.join(two.watcher, [waitFor('a'), waitFor('c')]);
		await pass(1_000);
		expect(two.signals.map(({ aborted }) => aborted)).toEqual([false]);
		leaveTwo();
		leaveTwo();
		expect(two.signals.map(({ aborted }) => aborted)).toEqual([true]);
		expect([watcher.counts.members, watcher.counts.runs]).toEqual([1, 2]);
		expect(isEmpty).not.toHaveBeenCalled();
		await pass(1_200);
		expect(one.lists).toEqual([{ at: 2_200, ids: ['a', 'b'] }]);
		leaveOne();
		expect(isEmpty).toHaveBeenCalledTimes(1);
		await pass(100_000);
		expect(one.lists).toHaveLength(1);
	});

	it('end alone by what is no failure of AutoGPT', async () => {
		const cut = new Error('cut');
		const [one, two] = [
			execution({}),
			execution({}, { list: async () => await Promise.reject(cut) }),
		];
		const watcher = new RunWatcher();
		watcher.join(one.watcher, [waitFor('a'), waitFor('b')]);
		watcher.join(two.watcher, [waitFor('a')]);
		await pass(1_000);
		expect([one.broken, two.broken]).toEqual([[], [cut]]);
		expect(watcher.counts.members).toBe(1);
		expect(one.lists).toEqual([{ at: 1_000, ids: ['a', 'b'] }]);
	});

	it('end alone by a read that is cut off, and by what they make of what they see', async () => {
		const cut = new Error('cut');
		const one = execution({ a: 'COMPLETED' });
		const two = execution(
			{ a: 'COMPLETED' },
			{
				onSight: () => {
					throw cut;
				},
			},
		);
		const watcher = new RunWatcher();
		watcher.join(two.watcher, [waitFor('a')]);
		watcher.join(one.watcher, [waitFor('a')]);
		await pass(1_000);
		expect([one.seen(), one.broken, two.broken]).toEqual([['a'], [], [cut]]);
		const three = execution({}, { read: async () => await Promise.reject(cut) });
		watcher.join(three.watcher, [waitFor('x')]);
		await pass(1_000);
		expect([three.broken, three.sights]).toEqual([[cut], []]);
		expect(watcher.counts).toEqual({ members: 1, runs: 0, reads: 0 });
	});

	it('make a run that was waited for long be looked at soon again', async () => {
		const [one, two] = [execution({}), execution({})];
		const watcher = new RunWatcher();
		watcher.join(one.watcher, [waitFor('a')]);
		await pass(60_000);
		const before = one.reads.length;
		watcher.join(two.watcher, [waitFor('a')]);
		const joined = time();
		await pass(1_000);
		const checks = [...one.reads.slice(before), ...two.reads];
		expect(checks).toHaveLength(1);
		expect(checks[0]?.at).toBeLessThanOrEqual(joined + 1_000);
	});

	it('that left during a request take nothing of it, and do not break', async () => {
		const one = execution({});
		let refuse: (error: Error) => void = () => undefined;
		one.watcher.list = async () => await new Promise((_, reject) => (refuse = reject));
		const watcher = new RunWatcher();
		const leave = watcher.join(one.watcher, [waitFor('a'), waitFor('b')]);
		await pass(1_000);
		leave();
		refuse(fault());
		await pass(0);
		expect([one.sights, one.broken]).toEqual([[], []]);
	});

	it('have one watcher for each credential while they wait', async () => {
		const watchers = new RunWatchers();
		const mine = watchers.of('mine');
		expect(watchers.of('mine')).toBe(mine);
		expect(watchers.of('yours')).not.toBe(mine);
		expect(watchers.size).toBe(2);
		mine.join(execution({}).watcher, [waitFor('a')])();
		expect(watchers.size).toBe(1);
		const leave = watchers.of('mine').join(execution({}).watcher, [waitFor('a')]);
		watchers.reset();
		const next = watchers.of('mine');
		leave();
		expect(watchers.of('mine')).toBe(next);
		await pass(0);
	});
});
