import { PollMemory } from '../../nodes/AutoGptTrigger/memory';
import type { Poll } from '../../nodes/AutoGptTrigger/poll';
import { Round, type Source } from '../../nodes/AutoGptTrigger/round';
import { compareRows, restoreRows } from '../../nodes/AutoGptTrigger/rows';
import { restoreRuns, type RunState } from '../../nodes/AutoGptTrigger/runs/runState';
import {
	loadState,
	newestState,
	saveState,
	type TriggerState,
} from '../../nodes/AutoGptTrigger/state';
import {
	LONGEST_OVERLAP_MS,
	newestOf,
	nextSince,
	OVERLAP_MS,
	timeOf,
} from '../../nodes/AutoGptTrigger/times';

const NOON = Date.parse('2026-11-24T12:00:00Z');

const state: TriggerState = { version: 1, owner: 'me', account: 'account', graphs: { a: 'b' } };

describe('The state that n8n keeps for a trigger', () => {
	it('comes back as it was saved, as a copy', () => {
		const kept = {};
		saveState(kept, state);
		const loaded = loadState(kept, 'me');
		expect(loaded).toEqual(state);
		expect(loaded).not.toBe(state);
	});

	it.each([
		['none', undefined],
		['a text', 'state'],
		['another version', { ...state, version: 2 }],
		['none of an owner', { ...state, owner: 5 }],
		['none of an account', { ...state, account: null }],
		['one without graphs', { ...state, graphs: 'none' }],
	])('is not taken where there is %s', (_, kept) => {
		expect(loadState(kept === undefined ? {} : { state: kept }, 'me')).toBeUndefined();
	});

	it('is not taken from another node', () => {
		expect(loadState({ state: { ...state } }, 'you')).toBeUndefined();
	});
});

describe('The state to go on from', () => {
	const of = (name: string, polls?: number) => ({
		...state,
		name,
		...(polls === undefined ? {} : { polls }),
	});

	it('is the only one that there is', () => {
		expect(newestState(undefined, undefined, 'A')).toBeUndefined();
		const only = of('A', 1);
		expect(newestState(only, undefined, 'A')).toBe(only);
		expect(newestState(undefined, only, 'A')).toBe(only);
	});

	it('is what n8n kept under the same name', () => {
		const [stored, remembered] = [of('A', 1), of('A', 2)];
		expect(newestState(stored, remembered, 'A')).toBe(stored);
	});

	it('is the later one where the node had another name', () => {
		const [one, two, none] = [of('B', 1), of('B', 2), of('B')];
		expect(newestState(one, two, 'A')).toBe(two);
		expect(newestState(two, one, 'A')).toBe(two);
		expect(newestState(one, { ...one }, 'A')).toBe(one);
		expect(newestState(none, one, 'A')).toBe(one);
		expect(newestState(one, none, 'A')).toBe(one);
	});
});

describe('What a process remembers of its triggers', () => {
	afterEach(() => {
		jest.useRealTimers();
	});

	it('is a copy of the last state of each', () => {
		const memory = new PollMemory();
		expect(memory.recall('me')).toBeUndefined();
		const mine = { ...state, polls: 1 };
		memory.remember(mine);
		mine.polls = 2;
		expect(memory.recall('me')).toEqual({ ...state, polls: 1 });
	});

	it('is that of the hundred that polled last', () => {
		const memory = new PollMemory();
		const remember = (owner: string) => memory.remember({ ...state, owner });
		for (let index = 0; index < 100; index++) remember(`trigger-${index}`);
		expect(memory.recall('trigger-0')).toBeDefined();
		remember('trigger-0');
		remember('new');
		expect(memory.recall('trigger-0')).toBeDefined();
		expect(memory.recall('trigger-1')).toBeUndefined();
		expect(memory.recall('trigger-2')).toBeDefined();
	});

	it('lets one poll of a node at a time through, and others beside it', async () => {
		const memory = new PollMemory();
		let end: (rows: string[]) => void = () => undefined;
		const first = memory.alone(
			'me',
			async () => await new Promise<string[]>((resolve) => (end = resolve)),
		);
		expect(await memory.alone('me', async () => ['second'])).toEqual([]);
		expect(await memory.alone('you', async () => ['other'])).toEqual(['other']);
		end(['first']);
		expect(await first).toEqual(['first']);
		expect(await memory.alone('me', async () => ['third'])).toEqual(['third']);
		const broken = memory.alone('me', async () => await Promise.reject(new Error('no')));
		await expect(broken).rejects.toThrow('no');
		expect(await memory.alone('me', async () => ['fourth'])).toEqual(['fourth']);
	});

	it('takes a poll of half an hour for dead, and is not confused by its end', async () => {
		jest.useFakeTimers();
		const memory = new PollMemory();
		const ends: Array<() => void> = [];
		const poll = async () =>
			await memory.alone(
				'me',
				async () => await new Promise<string[]>((resolve) => ends.push(() => resolve(['x']))),
			);
		const lost = poll();
		jest.advanceTimersByTime(30 * 60_000 - 1);
		expect(await poll()).toEqual([]);
		jest.advanceTimersByTime(1);
		const next = poll();
		expect(ends).toHaveLength(2);
		ends[0]?.();
		await lost;
		expect(await poll()).toEqual([]);
		ends[1]?.();
		expect(await next).toEqual(['x']);
	});
});

describe('A round of a poll', () => {
	const poll = {} as Poll;
	const source = (reads: unknown[][]): Source<number, string> => ({
		slot: 'slot',
		restore: (stored) => (typeof stored === 'number' ? stored : undefined),
		read: async (...given) => {
			reads.push(given);
			return await Promise.resolve({ state: 7, found: 'found' });
		},
	});

	it('reads a source once, with what was remembered, and remembers the new', async () => {
		const next = { ...state };
		const reads: unknown[][] = [];
		const round = new Round(poll, { ...state, slot: 5 }, next);
		const one = source(reads);
		const found = await Promise.all([round.read(one), round.read(one)]);
		expect([...found, await round.read(one)]).toEqual(['found', 'found', 'found']);
		expect(reads).toEqual([[poll, 5, false]]);
		expect(next.slot).toBe(7);
	});

	it('says whether the account is another', async () => {
		const reads: unknown[][] = [];
		await new Round(poll, { ...state, account: 'other' }, { ...state }).read(source(reads));
		await new Round(poll, undefined, { ...state }).read(source(reads));
		expect(reads).toEqual([
			[poll, undefined, true],
			[poll, undefined, false],
		]);
	});
});

describe('Times of the trigger', () => {
	it('overlap with the poll before', () => {
		expect(nextSince(undefined, NOON, false)).toBe(NOON - OVERLAP_MS);
		expect(nextSince(NOON - 60 * 60_000, NOON, true)).toBe(NOON - OVERLAP_MS);
	});

	it('go back to where an incomplete poll began, but not without end, nor forward', () => {
		const before = NOON - 20 * 60_000;
		expect(nextSince(before, NOON, false)).toBe(before);
		expect(nextSince(NOON - 60 * 60_000, NOON, false)).toBe(NOON - LONGEST_OVERLAP_MS);
		expect(nextSince(NOON, NOON, false)).toBe(NOON - OVERLAP_MS);
	});

	it('are 0 where there is none', () => {
		expect(timeOf('2026-11-24T12:00:00Z')).toBe(NOON);
		expect([timeOf(null), timeOf(undefined), timeOf('soon')]).toEqual([0, 0, 0]);
	});

	it('tell which row is the newest, and leave the rows in order', () => {
		const rows = ['2026-01-02', '2026-01-03', '2026-01-01'].map((at) => ({ at }));
		expect(newestOf(rows, ({ at }) => at)).toEqual({ at: '2026-01-03' });
		expect(rows[0]).toEqual({ at: '2026-01-02' });
		expect(newestOf([], () => '')).toBeUndefined();
	});
});

describe('Rows of the trigger', () => {
	it('are restored as they were remembered, and from nothing else', () => {
		const rows = { since: 5, seen: { a: 1 } };
		expect(restoreRows(rows)).toEqual(rows);
		expect(restoreRows({ ...rows, seen: {} })).toEqual({ since: 5, seen: {} });
		const broken = [
			...[null, 'rows', { seen: {} }, { since: '5', seen: {} }, { since: 5 }],
			{ since: 5, seen: { a: 1, b: 'x' } },
		];
		expect(broken.map(restoreRows)).toEqual(broken.map(() => undefined));
	});

	const before = { since: NOON, seen: { a: NOON } };
	const snapshot = { now: NOON + 1, isComplete: true, isOtherAccount: false };

	it('are new from where the last poll ended, oldest first', () => {
		const rows = [
			{ id: 'c', at: NOON + 2 },
			{ id: 'b', at: NOON },
			{ id: 'a', at: NOON },
			{ id: 'old', at: NOON - 1 },
		];
		const { fresh } = compareRows(before, { ...snapshot, rows });
		expect(fresh.map(({ id }) => id)).toEqual(['b', 'c']);
	});

	it('are not new at first, nor in another account', () => {
		const rows = [{ id: 'b', at: NOON }];
		expect(compareRows(undefined, { ...snapshot, rows }).fresh).toEqual([]);
		const other = compareRows(before, { ...snapshot, rows, isOtherAccount: true });
		expect(other.fresh).toEqual([]);
		expect(other.state.seen).toEqual({ b: NOON });
	});

	it('are remembered within the overlap', () => {
		const since = snapshot.now - OVERLAP_MS;
		const rows = [
			{ id: 'in', at: since },
			{ id: 'out', at: since - 1 },
		];
		const complete = compareRows(before, { ...snapshot, rows });
		expect(complete.state).toEqual({ since, seen: { in: since } });
		const incomplete = compareRows(before, { ...snapshot, rows, isComplete: false });
		expect(incomplete.state.seen).toEqual({ a: NOON, in: since });
		const first = compareRows(undefined, { ...snapshot, rows, isComplete: false });
		expect(first.state.seen).toEqual({ in: since });
	});
});

describe('Runs of the trigger', () => {
	const due = { id: 'a', graphId: 'graph', endedAt: 1, tries: 0 };
	const runs: RunState = {
		scope: '',
		since: NOON,
		open: { graph: ['b'] },
		due: [due],
		seen: { c: NOON },
	};

	it('are restored as they were remembered', () => {
		expect(restoreRuns(runs)).toBe(runs);
		const portioned = { ...runs, portion: 5 };
		expect(restoreRuns(portioned)).toBe(portioned);
	});

	it.each([
		null,
		'runs',
		{ ...runs, scope: 5 },
		{ ...runs, since: '5' },
		{ ...runs, portion: '5' },
		{ ...runs, open: null },
		{ ...runs, open: { graph: ['b'], other: 'c' } },
		{ ...runs, due: {} },
		{ ...runs, due: [due, null] },
		{ ...runs, due: [{ ...due, id: 5 }] },
		{ ...runs, due: [{ ...due, graphId: 5 }] },
		{ ...runs, due: [{ ...due, endedAt: '1' }] },
		{ ...runs, due: [{ ...due, tries: '0' }] },
		{ ...runs, seen: [] },
		{ ...runs, seen: 5 },
	])('are not restored from %j', (stored) => {
		expect(restoreRuns(stored)).toBeUndefined();
	});
});
