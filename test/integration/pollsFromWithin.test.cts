import type { Run } from '../../client/contract/types';
import type { AutoGptClient } from '../../client/http/client';
import { resetProcessState } from '../../client/process/processState';
import { readCompleteList } from '../../nodes/AutoGptTrigger/completeList';
import { Poll } from '../../nodes/AutoGptTrigger/poll';
import { readFinished, type FinishedSearch } from '../../nodes/AutoGptTrigger/runs/finishedRuns';
import { RunReader, type RunChanges } from '../../nodes/AutoGptTrigger/runs/runReader';
import type { DueRun, RunState } from '../../nodes/AutoGptTrigger/runs/runState';
import { OUTCOMES, type TriggerSettings } from '../../nodes/AutoGptTrigger/settings';
import { greetingAgent } from '../emulator/agents';
import type { Account, FaultKind } from '../emulator/index.cts';
import { failureOfCall, openClientFor } from '../harness/client.cts';
import type { CredentialData } from '../harness/credentials.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { setTrigger } from '../harness/poll.cts';
import { useWaitingStage } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(1_000),
);

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const use = useWaitingStage();
let account: Account;
let agentId: string;
let graphId: string;
let credential: CredentialData;
let client: AutoGptClient;
let logged: string[];

beforeEach(async () => {
	account = use.stage.emulator.createAccount();
	({ agentId, graphId } = account.createAgent(greetingAgent, { manual: true }));
	credential = { apiKey: account.createKey(), baseUrl: use.stage.emulator.baseUrl };
	client = await openClientFor(credential);
	logged = [];
});

afterEach(() => {
	jest.restoreAllMocks();
	resetProcessState();
});

const now = () => use.stage.emulator.clock.now().getTime();
const isoOf = (time: number) => new Date(time).toISOString();

/** What each list of runs was asked with. */
const lists = () =>
	use
		.asked('GET', /\/runs\?/)
		.map(({ path }) => Object.fromEntries(new URL(path, 'http://autogpt').searchParams));

/** IDs of the runs that were read, in their order. */
const reads = () =>
	use.asked('GET', /\/runs\/[\w-]+$/).map(({ path }) => path.split('/').at(-1) ?? '');

const fail = (path: RegExp, kind: FaultKind, more: { times?: number; skip?: number } = {}) =>
	use.stage.emulator.faults.add({ path, times: Infinity, kind, ...more });

/** Runs that were created one by one from a moment on, oldest first. */
function runsFrom(from: number, count: number, stepMs = SECOND_MS): string[] {
	return Array.from({ length: count }, (_, number) =>
		account.startRun(agentId, {}, { createdAt: new Date(from + number * stepMs) }),
	);
}

/** The same, which have finished. */
function finishedFrom(from: number, count: number, stepMs?: number): string[] {
	const ids = runsFrom(from, count, stepMs);
	ids.forEach((id) => account.finishRun(id));
	return ids;
}

function pollWith(settings: Partial<TriggerSettings> = {}): Poll {
	const functions = setTrigger({ credential, parameters: {} }).context();
	jest.spyOn(functions.logger, 'warn').mockImplementation((text) => void logged.push(text));
	const usual: TriggerSettings = {
		events: new Set(['runFinished']),
		agentIds: [],
		outcomes: new Set(OUTCOMES),
		output: 'slim',
		allValues: false,
		downloadFiles: false,
	};
	return new Poll(functions, client, { ...usual, ...settings }, { [agentId]: graphId }, HOUR_MS);
}

/** Has the time for lists end after so many looks at it. */
function endListsAfter(poll: Poll, looks: number): Poll {
	let seen = 0;
	return Object.assign(poll, { isListTimeOver: () => seen++ >= looks });
}

/** Has all time end after so many looks at it. */
function endTimeAfter(poll: Poll, looks: number): Poll {
	let seen = 0;
	jest.spyOn(poll, 'isOutOfTime', 'get').mockImplementation(() => seen++ >= looks);
	return poll;
}

/** Has all that AutoGPT is asked under this path wait, until it is stopped. */
function stopping(path: RegExp, skip = 0): { poll: Poll; stop: AbortController } {
	const stop = new AbortController();
	const poll = Object.assign(pollWith(), { client: client.withSignal(stop.signal) });
	fail(path, { status: 503, headers: { 'Retry-After': '30' } }, { skip });
	return { poll, stop };
}

const idsOf = ({ rows }: { rows: Run[] }) => rows.map(({ id }) => id).sort();

/** One answer to a list of runs, word for word. */
function page(facts: { next_cursor: string | null; total_count: number | null }): FaultKind {
	const body = JSON.stringify({ items: [], ...facts });
	return { raw: { status: 200, headers: { 'Content-Type': 'application/json' }, body } };
}

describe('A list that is to be complete', () => {
	type Settings = Parameters<typeof readCompleteList<'listRuns'>>[3];

	/** Reads all runs of the agent; `between` happens after each page that is not the last. */
	async function read(settings: Partial<Settings> = {}, between: () => void = () => undefined) {
		return await readCompleteList(
			client,
			'listRuns',
			{ query: { graph_id: graphId } },
			{
				idOf: ({ id }) => id,
				growsAtHead: false,
				isOutOfTime: () => {
					between();
					return false;
				},
				...settings,
			},
		);
	}

	const someRuns = (count: number) => runsFrom(now() - HOUR_MS, count);
	const remove = (id = '') => Object.assign(account.run(id), { deleted: true });
	const times = (count: number, task: () => void) => () => {
		if (count-- > 0) task();
	};

	test.each([0, 1, 100])('is read once where it is one page: %d rows', async (count) => {
		const ids = someRuns(count);
		const list = await read();
		expect(list).toMatchObject({ isComplete: true, isCut: false });
		expect(idsOf(list)).toEqual(ids.sort());
		expect(lists()).toEqual([{ graph_id: graphId, limit: '100' }]);
	});

	test('is read twice where it has more pages', async () => {
		const ids = someRuns(101);
		const list = await read();
		expect(list).toMatchObject({ isComplete: true, isCut: false });
		expect(list.tooMany).toBeUndefined();
		expect(idsOf(list)).toEqual(ids.sort());
		const cursor = expect.any(String) as string;
		const first = { graph_id: graphId, limit: '100' };
		expect(lists()).toEqual([first, { ...first, cursor }, first, { ...first, cursor }]);
	});

	test('is read once where it grows at its head alone', async () => {
		const ids = someRuns(201);
		expect(idsOf(await read({ growsAtHead: true }))).toEqual(ids.sort());
		expect(lists()).toHaveLength(3);
	});

	test('is read again where a row went, and another may have moved', async () => {
		const ids = someRuns(150);
		const goes = times(1, () => remove(ids.at(-1)));
		const list = await read({ growsAtHead: true }, goes);
		expect(list).toMatchObject({ isComplete: true, isCut: false });
		expect(idsOf(list)).toEqual(ids.sort());
		expect(lists()).toHaveLength(4);
	});

	test('is not complete where rows go each time', async () => {
		const ids = someRuns(150);
		const goes = () => remove(ids.pop());
		const list = await read({ growsAtHead: true }, goes);
		expect(list).toMatchObject({ isComplete: false, isCut: false });
		expect(lists()).toHaveLength(6);
	});

	test('counts a row that went before another page, too', async () => {
		const ids = someRuns(250);
		const goes = times(1, () => remove(ids.at(-1)));
		await read({ growsAtHead: true }, goes);
		// Three pages, then three more.
		expect(lists()).toHaveLength(6);
	});

	test.each([
		['that is no news', false, 6],
		['that is news', true, 4],
	])('is read again where a pass adds a row %s', async (_, isNews, requests) => {
		someRuns(101);
		const comes = times(1, () => runsFrom(now(), 1));
		const list = await read(isNews ? { isNews: () => true } : {}, comes);
		expect(list.isComplete).toBe(true);
		expect(list.rows).toHaveLength(102);
		expect(lists()).toHaveLength(requests);
	});

	test('needs all that was added to be news', async () => {
		someRuns(101);
		const seen: string[] = [];
		const comes = times(1, () => runsFrom(now(), 2));
		await read({ isNews: ({ id }) => seen.push(id) === 1 }, comes);
		expect(lists()).toHaveLength(6);
	});

	test('is not complete where each pass adds a row', async () => {
		someRuns(101);
		expect(await read({}, () => runsFrom(now(), 1))).toMatchObject({
			isComplete: false,
			isCut: false,
		});
		expect(lists()).toHaveLength(6);
	});

	test('has the rows as they were last', async () => {
		const [id = ''] = someRuns(101);
		const { rows } = await read(
			{},
			times(2, () => account.finishRun(id)),
		);
		expect(rows.find((row) => row.id === id)?.status).toBe('COMPLETED');
	});

	test('is cut where the time is over in its first pass', async () => {
		someRuns(250);
		const list = await read({ isOutOfTime: () => lists().length === 2 });
		expect(list).toMatchObject({ isComplete: false, isCut: true });
		expect(list.rows).toHaveLength(200);
		expect(lists()).toHaveLength(2);
	});

	test('is whole, and yet unsure, where it is over in its second', async () => {
		someRuns(101);
		const list = await read({ isOutOfTime: () => lists().length === 3 });
		expect(list).toMatchObject({ isComplete: false, isCut: false });
		expect(list.rows).toHaveLength(101);
		expect(lists()).toHaveLength(3);
	});

	test('is not cut where the time is over at its end', async () => {
		someRuns(1);
		expect(await read({ isOutOfTime: () => true })).toMatchObject({
			isComplete: true,
			isCut: false,
		});
	});

	test('is not read where it has too many rows', async () => {
		someRuns(102);
		expect(await read({ most: 101 })).toEqual({
			rows: [],
			isComplete: false,
			isCut: false,
			tooMany: 102,
		});
		expect(lists()).toHaveLength(1);
	});

	test('is read with as many as it may have', async () => {
		someRuns(101);
		expect((await read({ most: 101 })).rows).toHaveLength(101);
	});

	test('is read where all rows came at once', async () => {
		someRuns(100);
		expect((await read({ most: 50 })).rows).toHaveLength(100);
	});

	test('is read to the end where it grows over that meanwhile', async () => {
		someRuns(250);
		const comes = times(1, () => runsFrom(now(), 1));
		const list = await read({ most: 250, isNews: () => true }, comes);
		expect(list).toMatchObject({ isComplete: true });
		expect(list.rows).toHaveLength(251);
	});

	test('ends at a cursor that comes again', async () => {
		fail(/\/runs\?/, page({ next_cursor: 'again', total_count: 3 }));
		const list = await read({ growsAtHead: true });
		expect(list).toEqual({ rows: [], isComplete: true, isCut: false });
		expect(lists().map(({ cursor }) => cursor)).toEqual([undefined, 'again']);
	});

	test.each([
		['no page', [null, null]],
		['the first page alone', [5, null]],
		['the second page alone', [null, 5]],
	])('counts rows as missed where %s says how many there are', async (_, counts) => {
		for (const pass of [0, 1, 2]) {
			counts.forEach((total_count, number) => {
				const next_cursor = number === 0 ? `${pass}` : null;
				fail(/\/runs\?/, page({ next_cursor, total_count }), { times: 1 });
			});
		}
		const list = await read({ growsAtHead: true, most: 10 });
		expect(list).toMatchObject({ isComplete: false, isCut: false });
		expect(lists()).toHaveLength(6);
	});
});

describe('Finished runs', () => {
	const since = () => now() - 30 * DAY_MS;

	async function read(more: Partial<FinishedSearch> = {}, poll = pollWith()) {
		return await readFinished(
			poll,
			{ graph_id: graphId },
			{
				since: since(),
				now: now(),
				open: new Set(),
				isKnown: () => false,
				room: Infinity,
				...more,
			},
		);
	}

	const spanOf = ({ started_after, started_before }: Record<string, string>) =>
		Date.parse(started_before ?? '') - Date.parse(started_after ?? '');

	test('are listed at once where there are few', async () => {
		const from = since();
		const at = now();
		finishedFrom(from - DAY_MS, 3);
		const ids = [...finishedFrom(from + DAY_MS, 2), ...runsFrom(from + 2 * DAY_MS, 1)];
		const list = await read({ since: from, now: at });
		expect(list).toMatchObject({ isComplete: true, readTo: Infinity });
		expect(list).not.toHaveProperty('portion');
		expect(idsOf(list)).toEqual(ids.sort());
		expect(lists()).toEqual([{ graph_id: graphId, limit: '100', started_after: isoOf(from) }]);
	});

	test('are read as a whole up to 500, and in portions above', async () => {
		const from = since();
		const ids = finishedFrom(from + DAY_MS, 500, MINUTE_MS);
		expect(idsOf(await read({ since: from }))).toEqual([...ids].sort());
		expect(lists().some(({ started_before }) => started_before !== undefined)).toBe(false);
		ids.push(...finishedFrom(from + 20 * DAY_MS, 1));
		use.stage.emulator.requests.length = 0;
		const at = now();
		const list = await read({ since: from, now: at });
		expect(list).toMatchObject({ isComplete: true, readTo: Infinity });
		expect(list).not.toHaveProperty('portion');
		expect(idsOf(list)).toEqual(ids.sort());
		const [, narrowed = {}, ...rest] = lists();
		// 80 of 501, if they were spread evenly.
		expect(spanOf(narrowed)).toBe(Math.floor(((at - from) * 80) / 501));
		expect(narrowed.started_after).toBe(isoOf(from));
		expect(rest.at(-1)).not.toHaveProperty('started_before');
		// No portion has more than one page, but for those that were narrowed again.
		expect(rest.filter(({ cursor }) => cursor !== undefined)).toEqual([]);
	});

	test('go on with where each portion ended, oldest first', async () => {
		const from = since();
		finishedFrom(from, 600, HOUR_MS);
		await read({ since: from });
		const portions = lists().slice(1);
		portions.reduce((before, portion) => {
			expect(portion.started_after).toBe(before.started_before);
			return portion;
		});
		expect(portions.length).toBeGreaterThan(5);
	});

	test('are left to the next poll where there is no room, which goes on there', async () => {
		const from = since();
		const ids = finishedFrom(from, 600, HOUR_MS);
		const first = await read({ since: from, room: 100 });
		expect(first.isComplete).toBe(true);
		// Two portions: the first alone has too few.
		expect(lists()).toHaveLength(3);
		const { portion = 0, readTo } = first;
		expect(isoOf(readTo)).toBe(lists().at(-1)?.started_before);
		expect(portion).toBe(spanOf(lists()[1] ?? {}));
		use.stage.emulator.requests.length = 0;
		const second = await read({ since: readTo, portion });
		expect(spanOf(lists()[0] ?? {})).toBe(portion);
		expect([...new Set([...idsOf(first), ...idsOf(second)])].sort()).toEqual(ids.sort());
	});

	test('are enough with exactly as many as there is room for', async () => {
		const from = since();
		finishedFrom(from, 600, HOUR_MS);
		const { rows } = await read({ since: from, room: 100 });
		use.stage.emulator.requests.length = 0;
		expect((await read({ since: from, room: rows.length })).rows).toHaveLength(rows.length);
		expect(lists()).toHaveLength(3);
	});

	test('are narrowed to a portion at least, however little time there is', async () => {
		const from = since();
		finishedFrom(from, 600, HOUR_MS);
		const list = await read({ since: from }, endListsAfter(pollWith(), 0));
		expect(list).toMatchObject({ rows: [], readTo: from, isComplete: true });
		expect(lists()).toHaveLength(1);
		const next = await read({ since: from, portion: list.portion }, endListsAfter(pollWith(), 0));
		expect(next.rows.length).toBeGreaterThan(50);
		expect(next.readTo).toBe(from + (list.portion ?? 0));
		expect(next.portion).toBe(list.portion);
		expect(lists()).toHaveLength(2);
	});

	test('are narrowed again where a portion has too many', async () => {
		const from = since();
		finishedFrom(from, 200, SECOND_MS);
		const portion = DAY_MS;
		const list = await read({ since: from, portion, room: 1 });
		expect(spanOf(lists()[0] ?? {})).toBe(portion);
		expect(spanOf(lists()[1] ?? {})).toBe(Math.floor((portion * 80) / 200));
		expect(list.isComplete).toBe(true);
	});

	test('have a portion twice as long behind one with few', async () => {
		const from = since();
		finishedFrom(from, 39);
		finishedFrom(from + DAY_MS + 1, 40);
		finishedFrom(from + 3 * DAY_MS + 1, 41);
		await read({ since: from, portion: DAY_MS, room: 120 });
		expect(lists().map(spanOf)).toEqual([DAY_MS, 2 * DAY_MS, 2 * DAY_MS]);
	});

	test('of one moment are read however many they are, and all behind them at once', async () => {
		const from = since();
		const ids = [...finishedFrom(from, 150, 0), ...finishedFrom(from + DAY_MS, 2)];
		const list = await read({ since: from, portion: 1 });
		expect(idsOf(list)).toEqual(ids.sort());
		expect(list).toMatchObject({ isComplete: true, readTo: Infinity });
		// Both pages twice, then the rest.
		expect(lists().map(spanOf)).toEqual([1, 1, 1, 1, NaN]);
	});

	test('of one moment are no more than others where they fit into a page', async () => {
		const from = since();
		finishedFrom(from, 100, 0);
		const list = await read({ since: from, portion: 1, room: 100 });
		expect(list).toMatchObject({ portion: 1, readTo: from + 1 });
	});

	test('are narrowed to a millisecond at the least', async () => {
		const from = since();
		const ids = finishedFrom(from, 300, 0);
		const list = await read({ since: from, portion: 2 });
		expect(lists().map(spanOf).slice(0, 2)).toEqual([2, 1]);
		expect(idsOf(list)).toEqual(ids.sort());
	});

	test('have no portion that ends now', async () => {
		const at = now();
		const id = finishedFrom(at - HOUR_MS, 1);
		const whole = await read({ since: at - DAY_MS, now: at, portion: DAY_MS });
		expect(whole).toMatchObject({ readTo: Infinity });
		expect(idsOf(whole)).toEqual(id);
		expect(lists().map(spanOf)).toEqual([NaN]);
		const almost = await read({ since: at - DAY_MS, now: at, portion: DAY_MS - 1 });
		expect(almost).toMatchObject({ readTo: Infinity });
		expect(lists().map(spanOf)).toEqual([NaN, DAY_MS - 1, NaN]);
	});

	test('keep what was read where the time is over in the midst of a list', async () => {
		const from = since();
		finishedFrom(from, 250);
		const list = await read({ since: from }, endListsAfter(pollWith(), 1));
		expect(list).toMatchObject({ readTo: from, isComplete: true });
		expect(list).not.toHaveProperty('portion');
		expect(list.rows).toHaveLength(200);
		expect(lists()).toHaveLength(2);
	});

	describe('where the list moves', () => {
		/** Adds a run after the first page of each pass, as `make` says. */
		function moving(make: () => void): Poll {
			return Object.assign(pollWith(), {
				isListTimeOver: () => {
					make();
					return false;
				},
			});
		}

		const ended = () => account.run(finishedFrom(now(), 1)[0] ?? '');

		test.each<[string, number, (at: number, open: Set<string>) => void]>([
			['one that runs', 4, () => runsFrom(now(), 1)],
			['one that was open when the poll began', 4, (_, open) => open.add(ended().id)],
			['one that ended since', 4, (at) => Object.assign(ended(), { endedAt: new Date(at) })],
			['one that ended before', 6, (at) => Object.assign(ended(), { endedAt: new Date(at - 1) })],
		])('%s is found within %d requests', async (_, requests, make) => {
			const from = since();
			const at = Math.floor(now() / SECOND_MS) * SECOND_MS;
			finishedFrom(from, 101);
			const open = new Set<string>();
			const list = await read(
				{ since: from, now: at, open },
				moving(() => make(at, open)),
			);
			expect(lists()).toHaveLength(requests);
			expect(list.isComplete).toBe(requests === 4);
		});

		const old = () => ended();

		test('nothing is missed once an earlier poll has found the same', async () => {
			const from = since();
			finishedFrom(from, 101);
			const at = now() + DAY_MS;
			const search = { since: from, now: at };
			expect((await read({ ...search, isKnown: () => false }, moving(old))).isComplete).toBe(false);
			expect((await read({ ...search, isKnown: () => true }, moving(old))).isComplete).toBe(true);
			let isFirst = true;
			const allButOne = () => !isFirst || (isFirst = false);
			expect((await read({ ...search, isKnown: allButOne }, moving(old))).isComplete).toBe(false);
		});

		test('runs that go on need not be known for that', async () => {
			const from = since();
			const open = runsFrom(from + HOUR_MS, 1);
			finishedFrom(from, 101);
			const isKnown = (id: string) => !open.includes(id);
			const list = await read({ since: from, now: now() + DAY_MS, isKnown }, moving(old));
			expect(list.isComplete).toBe(true);
		});

		test('a portion that is not sure is read again by the next poll', async () => {
			const from = since();
			finishedFrom(from, 150, 0);
			const behind = () => {
				const id = account.startRun(agentId, {}, { createdAt: new Date(from) });
				account.finishRun(id);
			};
			const search = { since: from, now: now() + DAY_MS, portion: 1 };
			const list = await read(search, moving(behind));
			expect(list).toMatchObject({ readTo: from, isComplete: true, portion: 1 });
			expect(list.rows.length).toBeGreaterThanOrEqual(150);
			const next = await read({ ...search, isKnown: () => true }, moving(behind));
			expect(next.readTo).toBe(Infinity);
		});
	});

	describe('where AutoGPT fails', () => {
		test('are what was read so far', async () => {
			const from = since();
			finishedFrom(from, 600, HOUR_MS);
			fail(/started_before/, { status: 403 }, { skip: 1 });
			const list = await read({ since: from });
			expect(list.rows.length).toBeGreaterThan(50);
			expect(isoOf(list.readTo)).toBe(lists()[1]?.started_before);
			expect(list).toMatchObject({ isComplete: true, portion: spanOf(lists()[1] ?? {}) });
		});

		test('are an error where nothing was read', async () => {
			const from = since();
			finishedFrom(from, 600, HOUR_MS);
			fail(/started_before/, { status: 403 });
			expect((await failureOfCall(read({ since: from }))).status).toBe(403);
		});

		/** A poll whose requests end while it waits for the second portion. */
		function stopped(): Poll {
			const { poll, stop } = stopping(/started_before/, 1);
			return Object.assign(poll, {
				isListTimeOver: () => {
					if (lists().length === 2) setImmediate(() => stop.abort(new Error('Stopped')));
					return false;
				},
			});
		}

		test('are what was read so far where the time is over meanwhile', async () => {
			const from = since();
			finishedFrom(from, 600, HOUR_MS);
			const list = await read({ since: from }, endTimeAfter(stopped(), 0));
			expect(list.readTo).toBeGreaterThan(from);
		});

		test('are an error where anything else ends them', async () => {
			const from = since();
			finishedFrom(from, 600, HOUR_MS);
			await expect(read({ since: from }, stopped())).rejects.toThrow('Stopped');
		});
	});
});

describe('Runs that are due', () => {
	const dueOf = (id: string, more: Partial<DueRun> = {}): DueRun => ({
		...{ id, graphId, endedAt: now(), tries: 0 },
		...more,
	});

	function changesAt(at: number): RunChanges & { state: RunState } {
		const state: RunState = { scope: '', since: at, open: {}, due: [], seen: {} };
		return {
			news: { started: [], finished: [], left: [], state },
			state,
			now: at,
			createdBy: at,
			isComplete: true,
			isCut: false,
		};
	}

	async function read(queue: DueRun[], poll = pollWith()) {
		const changes = changesAt(now());
		const reader = new RunReader(poll, changes);
		const events = await reader.readAll(queue);
		return { events, reader, ...changes };
	}

	const oneRun = () => finishedFrom(now(), 1)[0] ?? '';
	const readOf = (id: string) => new RegExp(`/runs/${id}$`);

	test('are read, returned and done with', async () => {
		const id = oneRun();
		const { events, state, now: at, reader } = await read([dueOf(id)]);
		expect(events).toMatchObject([
			{
				at: Math.floor(account.run(id).endedAt?.getTime() ?? 0),
				event: { json: { id, outcome: 'completed' } },
			},
		]);
		expect(state).toMatchObject({ due: [], open: {}, seen: { [id]: at } });
		expect(reader.stop).toBeUndefined();
		expect(logged).toEqual([]);
	});

	test('are remembered by when they may have been created', async () => {
		const id = oneRun();
		expect((await read([dueOf(id, { createdBy: 5 })])).state.seen).toEqual({ [id]: 5 });
	});

	test('are open again where they have not ended', async () => {
		const [id = ''] = runsFrom(now(), 1);
		const { events, state } = await read([dueOf(id)]);
		expect(events).toEqual([]);
		expect(state).toMatchObject({ due: [], open: { [graphId]: [id] }, seen: {} });
	});

	test('are done with where AutoGPT has them no more', async () => {
		const { events, state } = await read([dueOf('00000000-0000-4000-8000-000000000000')]);
		expect(events).toEqual([]);
		expect(Object.keys(state.seen)).toHaveLength(1);
		expect(state.due).toEqual([]);
		expect(logged).toEqual([]);
	});

	test.each([
		['a page', { html: 404 }],
		['nothing but the status', { status: 404, body: {} }],
		['a server without such a path', { status: 404, body: { detail: 'Not Found' } }],
	])('stay due where %s says that there is no such run', async (_, kind) => {
		const id = oneRun();
		fail(readOf(id), kind);
		const { events, state } = await read([dueOf(id)]);
		expect(events).toEqual([]);
		expect(state).toMatchObject({ due: [{ id, tries: 1 }], seen: {} });
	});

	test('are done with where nobody chose their outcome', async () => {
		const id = oneRun();
		const { events, state } = await read([dueOf(id)], pollWith({ outcomes: new Set(['failed']) }));
		expect(events).toEqual([]);
		expect(Object.keys(state.seen)).toEqual([id]);
	});

	test('that cannot be read come last next time, and are logged', async () => {
		const [late = '', ...others] = finishedFrom(now(), 9);
		const queue = [dueOf(late, { tries: 1 }), ...others.map((id) => dueOf(id))];
		const given = [...queue];
		fail(readOf(late), { status: 500 });
		const { events, state } = await read(queue);
		expect(events).toHaveLength(8);
		expect(reads().indexOf(late)).toBeGreaterThanOrEqual(8);
		expect(state.due).toEqual([{ ...dueOf(late), endedAt: queue[0]?.endedAt, tries: 2 }]);
		expect(logged).toEqual([expect.stringContaining(`AutoGPT run '${late}' could not be read: `)]);
		expect(queue).toEqual(given);
	});

	test('are returned as unreadable after ten polls', async () => {
		const id = oneRun();
		fail(readOf(id), { status: 500 });
		const endedAt = now() - HOUR_MS;
		const ninth = await read([dueOf(id, { tries: 8, endedAt })]);
		expect(ninth.events).toEqual([]);
		expect(ninth.state.due).toMatchObject([{ tries: 9 }]);
		const { events, state } = await read([dueOf(id, { tries: 9, endedAt, createdBy: 7 })]);
		const json = { id, ended_at: isoOf(endedAt), outputs: null };
		expect(events).toMatchObject([{ at: endedAt, event: { json } }]);
		expect(String(events[0]?.event.json.read_failure)).not.toBe('');
		expect(state).toMatchObject({ due: [], seen: { [id]: 7 } });
		expect((await read([dueOf(id, { tries: 9 })])).state.seen[id]).toBeGreaterThan(7);
	});

	test('wait where the credential was refused: no other is read', async () => {
		const ids = finishedFrom(now(), 20);
		fail(/\/runs\/[\w-]+$/, { status: 401 });
		const { events, state, reader } = await read(ids.map((id) => dueOf(id)));
		expect(events).toEqual([]);
		expect(state.due).toHaveLength(20);
		expect(state.due.every(({ tries }) => tries === 0)).toBe(true);
		expect(reader.stop).toMatchObject({ httpCode: '401' });
		expect(reads().length).toBeLessThanOrEqual(6);
		expect(lists()).toEqual([]);
		expect(logged).toEqual([]);
	});

	test('wait where AutoGPT answers nothing else either', async () => {
		const ids = finishedFrom(now(), 20);
		fail(/\/runs/, { status: 500 });
		const { events, state, reader } = await read(ids.map((id) => dueOf(id)));
		expect(events).toEqual([]);
		expect(state.due).toHaveLength(20);
		expect(state.due.every(({ tries }) => tries === 0)).toBe(true);
		expect(reader.stop).toMatchObject({ status: 500 });
		expect(logged).toEqual([]);
	});

	test('ask once, for several at a time, whether AutoGPT still answers', async () => {
		const ids = finishedFrom(now(), 6);
		fail(/\/runs\/[\w-]+$/, { status: 500 });
		fail(/\/runs\?/, { delayMs: 300 });
		const { state } = await read(ids.map((id) => dueOf(id)));
		expect(state.due.map(({ tries }) => tries)).toEqual([1, 1, 1, 1, 1, 1]);
		expect(new Set(lists().map(({ limit }) => limit))).toEqual(new Set(['1']));
		expect(lists().length).toBeLessThan(6);
		expect(logged).toHaveLength(6);
	});

	test('ask again later, for an outage may begin meanwhile', async () => {
		const id = oneRun();
		fail(readOf(id), { status: 500 });
		const reader = new RunReader(pollWith(), changesAt(now()));
		await reader.readAll([dueOf(id)]);
		expect(lists()).toHaveLength(1);
		expect(reader.stop).toBeUndefined();
		fail(/\/runs/, { status: 500 });
		await reader.readAll([dueOf(id)]);
		expect(reader.stop).toMatchObject({ status: 500 });
	});

	test('use up a try without asking where the time is over', async () => {
		const id = oneRun();
		fail(readOf(id), { status: 500 });
		const { state } = await read([dueOf(id)], endTimeAfter(pollWith(), 1));
		expect(state.due).toMatchObject([{ tries: 1 }]);
		expect(lists()).toEqual([]);
	});

	test('are not read where the time is over; missing ones stay open', async () => {
		const ids = finishedFrom(now(), 4);
		const [missing = '', tried = '', known = '', both = ''] = ids;
		const { events, state } = await read(
			[
				dueOf(missing, { endedAt: 0 }),
				dueOf(tried, { endedAt: 0, tries: 1 }),
				dueOf(known, { endedAt: 5 }),
				dueOf(both, { endedAt: 6, tries: 1 }),
			],
			endTimeAfter(pollWith(), 0),
		);
		expect(events).toEqual([]);
		expect(reads()).toEqual([]);
		expect(state.open).toEqual({ [graphId]: [missing] });
		expect(state.due.map(({ id }) => id)).toEqual([tried, known, both]);
	});

	test('are a thousand at most in a poll', async () => {
		const queue = Array.from({ length: 1_003 }, (_, number) => dueOf(`run-${number}`));
		const { state } = await read(queue, endTimeAfter(pollWith(), 0));
		expect(state.due.map(({ id }) => id)).toEqual(queue.map(({ id }) => id));
		const ids = finishedFrom(now(), 1_003);
		const { events, state: after } = await read(ids.map((id) => dueOf(id)));
		expect(events).toHaveLength(1_000);
		expect(after.due).toHaveLength(3);
	});

	describe('when the requests are ended', () => {
		/** A poll that is ended during the request after so many. */
		const stopped = (requests = 0) => {
			const { poll, stop } = stopping(/\/runs/);
			const wait = setInterval(() => {
				if (reads().length + lists().length <= requests) return;
				clearInterval(wait);
				stop.abort(new Error('Stopped'));
			}, 5);
			return poll;
		};

		test('stay due where it was by the time', async () => {
			const id = oneRun();
			const { state, events } = await read([dueOf(id)], endTimeAfter(stopped(), 1));
			expect(events).toEqual([]);
			expect(state.due).toMatchObject([{ id, tries: 0 }]);
		});

		test('fail where it was by anything else', async () => {
			await expect(read([dueOf(oneRun())], stopped())).rejects.toThrow('Stopped');
		});

		test('fail where AutoGPT was just asked whether it answers', async () => {
			const id = oneRun();
			fail(readOf(id), { html: 404 }, { times: 1 });
			await expect(read([dueOf(id)], stopped(1))).rejects.toThrow('Stopped');
		});

		test('stay due where AutoGPT was just asked, and the time is over', async () => {
			const id = oneRun();
			fail(readOf(id), { html: 404 }, { times: 1 });
			const { state, reader } = await read([dueOf(id)], endTimeAfter(stopped(1), 2));
			expect(state.due).toMatchObject([{ id, tries: 0 }]);
			expect(reader.stop).toBeUndefined();
		});
	});

	describe('with files', () => {
		const withFiles = () => pollWith({ output: 'raw', downloadFiles: true });

		function runWithFile(): string {
			const id = runsFrom(now(), 1)[0] ?? '';
			const { file_uri } = account.addFile('a.txt', 'Hello');
			account.finishRun(id, 'COMPLETED', { file: [file_uri] });
			return id;
		}

		test('stay due where a file cannot be had now', async () => {
			const id = runWithFile();
			fail(/download/, { status: 500 });
			const { events, state, reader } = await read([dueOf(id)], withFiles());
			expect(events).toEqual([]);
			expect(state.due).toMatchObject([{ id, tries: 1 }]);
			expect(state.seen).toEqual({});
			expect(reader.stop).toBeUndefined();
			expect(logged).toEqual([
				expect.stringContaining(`Files of AutoGPT run '${id}' could not be read: `),
			]);
		});

		test('come without it after ten polls, with when they ended', async () => {
			const id = runWithFile();
			fail(/download/, { status: 500 });
			const { events, state } = await read([dueOf(id, { tries: 9, endedAt: 0 })], withFiles());
			expect(events).toMatchObject([{ event: { json: { id } } }]);
			expect(events[0]?.at).toBe(account.run(id).endedAt?.getTime());
			expect(events[0]?.event.json).toHaveProperty('file_failure');
			expect(Object.keys(state.seen)).toEqual([id]);
		});

		test('hold up no other where the store of files leads elsewhere', async () => {
			const id = runWithFile();
			fail(/download/, { raw: { status: 304 } });
			const { state, reader } = await read([dueOf(id)], withFiles());
			expect(state.due).toMatchObject([{ id, tries: 1 }]);
			expect(reader.stop).toBeUndefined();
		});
	});
});
