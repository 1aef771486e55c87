import { compareReviews } from '../../nodes/AutoGptTrigger/events/reviewRequested';
import { compareRows } from '../../nodes/AutoGptTrigger/rows';
import { compareRuns, type RunSnapshot } from '../../nodes/AutoGptTrigger/runs/compareRuns';
import { OVERLAP_MS } from '../../nodes/AutoGptTrigger/times';
import type { Review, Run, RunStatus } from '../../client/contract/types';

const NOON = Date.parse('2026-11-24T12:00:00Z');
const MINUTE_MS = 60_000;

function run(id: string, status: RunStatus, endedAt?: number): Run {
	return {
		id,
		graph_id: 'graph',
		graph_version: 1,
		status,
		started_at: null,
		ended_at: endedAt === undefined ? null : new Date(endedAt).toISOString(),
		inputs: {},
		credentials_inputs: null,
		preset_id: null,
		is_shared: false,
		share_token: null,
		cost_cents: 0,
		duration_seconds: 0,
		node_exec_count: 0,
		correctness_score: null,
		organization_id: null,
		team_id: null,
	};
}

function snapshot(at: number, facts: Partial<RunSnapshot>): RunSnapshot {
	return {
		now: at,
		open: [],
		finished: [],
		readTo: Infinity,
		isComplete: true,
		scope: '',
		isOtherAccount: false,
		...facts,
	};
}

function review(id: string): Review {
	return {
		node_exec_id: id,
		run_id: 'run',
		graph_id: 'graph',
		graph_version: 1,
		payload: null,
		instructions: null,
		editable: true,
		status: 'WAITING',
		requested_at: new Date(NOON).toISOString(),
		reviewed_at: null,
		processed: false,
		reviewer_comment: null,
	};
}

describe('What the trigger makes of two polls', () => {
	const first = compareRuns(undefined, snapshot(NOON, { open: [run('a', 'RUNNING')] }));

	it('only records at first', () => {
		const { started, finished, left, state } = first;
		expect({ started, finished, left }).toEqual({ started: [], finished: [], left: [] });
		expect(state).toMatchObject({ open: { graph: ['a'] }, since: NOON - OVERLAP_MS });
	});

	it('asks for what has left all lists, and reports what ended', () => {
		const ended = run('b', 'COMPLETED', NOON + 30_000);
		const news = compareRuns(first.state, snapshot(NOON + MINUTE_MS, { finished: [ended] }));
		expect(news.left).toEqual([{ id: 'a', graphId: 'graph' }]);
		expect(news.started.map(({ id }) => id)).toEqual(['b']);
		expect(news.finished.map(({ id }) => id)).toEqual(['b']);
	});

	it('remembers a reported run for as long as it may be listed again, and no longer', () => {
		const before = { ...first.state, open: {}, seen: { b: NOON } };
		const soon = compareRuns(before, snapshot(NOON + 6 * MINUTE_MS, {}));
		expect(soon.state.seen).toEqual({ b: NOON });
		const ended = run('b', 'COMPLETED', NOON - MINUTE_MS);
		const again = compareRuns(soon.state, snapshot(NOON + 7 * MINUTE_MS, { finished: [ended] }));
		expect([again.started, again.finished]).toEqual([[], []]);
		const late = compareRuns(before, snapshot(NOON + 20 * MINUTE_MS, {}));
		expect(late.state.seen).toEqual({});
	});

	it('reports a run once that is open in the first list and finished in the second', () => {
		const news = compareRuns(
			first.state,
			snapshot(NOON + MINUTE_MS, {
				open: [run('a', 'RUNNING')],
				finished: [run('a', 'FAILED', NOON + MINUTE_MS)],
			}),
		);
		expect(news.finished.map(({ id }) => id)).toEqual(['a']);
		expect([news.started, news.left, news.state.open]).toEqual([[], [], {}]);
	});

	it('goes as far back again when a list was not complete', () => {
		const news = compareRuns(first.state, snapshot(NOON + 20 * MINUTE_MS, { isComplete: false }));
		expect(news.state.since).toBe(first.state.since);
	});

	it('repeats nothing when the clock of the server is put back', () => {
		const before = compareRuns(first.state, snapshot(NOON + 60 * MINUTE_MS, {})).state;
		const old = run('old', 'COMPLETED', NOON - 1);
		const news = compareRuns(
			before,
			snapshot(NOON, { finished: [old], open: [run('c', 'QUEUED')] }),
		);
		expect(news.finished).toEqual([]);
		expect(news.started.map(({ id }) => id)).toEqual(['c']);
	});

	it('takes unknown runs for old ones when the account is another', () => {
		const news = compareRuns(
			first.state,
			snapshot(NOON + MINUTE_MS, {
				finished: [run('b', 'COMPLETED', NOON), run('a', 'COMPLETED', NOON)],
				isOtherAccount: true,
			}),
		);
		expect(news.finished.map(({ id }) => id)).toEqual(['a']);
		expect(news.started).toEqual([]);
	});

	it('has a run that was listed as open again report its end once, whatever came before', () => {
		const due = { id: 'a', graphId: 'graph', endedAt: 0, tries: 9 };
		const waiting = { ...first.state, open: {}, due: [due] };
		const open = [run('a', 'RUNNING')];
		const back = compareRuns(waiting, snapshot(NOON + MINUTE_MS, { open })).state;
		expect([back.due, back.open]).toEqual([[], { graph: ['a'] }]);
		const reported = { ...first.state, open: {}, seen: { a: NOON } };
		const later = NOON + 20 * MINUTE_MS;
		const after = compareRuns(reported, snapshot(later, { open })).state;
		expect([after.open, after.seen]).toEqual([{}, { a: later }]);
		const ended = [run('a', 'COMPLETED', later)];
		const end = compareRuns(after, snapshot(later + MINUTE_MS, { finished: ended }));
		expect([end.finished, end.left]).toEqual([[], []]);
	});

	it('forgets a finished run by when it can have been created, not by when it says that it ended', () => {
		const early = run('b', 'COMPLETED', NOON - 60 * MINUTE_MS);
		const { state } = compareRuns(undefined, snapshot(NOON, { finished: [early] }));
		const next = compareRuns(state, snapshot(NOON + MINUTE_MS, { finished: [early] }));
		expect([next.finished, next.started]).toEqual([[], []]);
	});

	it('goes on from where finished runs were read to', () => {
		const days = 3 * 24 * 60 * MINUTE_MS;
		const readTo = NOON + 60 * MINUTE_MS;
		const { state } = compareRuns(first.state, snapshot(NOON + days, { readTo }));
		expect(state.since).toBe(readTo);
	});

	it('does not go back further and further while lists keep moving', () => {
		let { state } = first;
		for (let minute = 1; minute < 120; minute++) {
			state = compareRuns(state, snapshot(NOON + minute * MINUTE_MS, { isComplete: false })).state;
		}
		expect(state.since).toBe(NOON + 119 * MINUTE_MS - 30 * MINUTE_MS);
	});

	it('does not repeat a review that a moving list left out', () => {
		const list = (ids: string[], isComplete = true) => ({ rows: ids.map(review), isComplete });
		const known = compareReviews(undefined, list(['x', 'y']), false).state;
		const gap = compareReviews(known, list(['x']), false);
		const back = compareReviews(gap.state, list(['x', 'y', 'z']), false);
		expect(back.asked.map(({ node_exec_id }) => node_exec_id)).toEqual(['z']);
		let { state } = back;
		for (let poll = 0; poll < 10; poll++) {
			({ state } = compareReviews(state, list(['x', 'z'], false), false));
		}
		expect(compareReviews(state, list(['x', 'y', 'z']), false).asked).toEqual([]);
		for (let poll = 0; poll < 3; poll++) ({ state } = compareReviews(state, list([]), false));
		expect(state.waiting).toEqual({});
	});

	it('does not repeat a row that a moving list left out', () => {
		const settings = { isOtherAccount: false };
		const rows = [{ id: 'file', at: NOON - 1 }];
		const seen = compareRows(undefined, { now: NOON, rows, isComplete: true, ...settings }).state;
		const gap = compareRows(seen, { now: NOON + 1, rows: [], isComplete: false, ...settings });
		const back = compareRows(gap.state, { now: NOON + 2, rows, isComplete: true, ...settings });
		expect(back.fresh).toEqual([]);
	});

	it('reports a row again when it has changed, and forgets rows out of the overlap', () => {
		const rows = (at: number) => [{ id: 'agent', at }];
		const settings = { isComplete: true, isOtherAccount: false };
		const seen = compareRows(undefined, { now: NOON, rows: rows(NOON - 1), ...settings }).state;
		const same = compareRows(seen, { now: NOON + 1, rows: rows(NOON - 1), ...settings });
		expect(same.fresh).toEqual([]);
		const changed = compareRows(same.state, { now: NOON + 2, rows: rows(NOON + 1), ...settings });
		expect(changed.fresh.map(({ at }) => at)).toEqual([NOON + 1]);
		const later = NOON + 60 * MINUTE_MS;
		const end = compareRows(changed.state, { now: later, rows: rows(NOON + 1), ...settings });
		expect([end.fresh, end.state.seen]).toEqual([[], {}]);
	});
});
