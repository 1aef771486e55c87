import { compareAgents } from '../../nodes/AutoGptTrigger/agents';
import { compareReviews } from '../../nodes/AutoGptTrigger/events/reviewRequested';
import { compareRows } from '../../nodes/AutoGptTrigger/rows';
import {
	compareRuns,
	keepDue,
	keepOpen,
	markSeen,
	type RunSnapshot,
} from '../../nodes/AutoGptTrigger/runs/compareRuns';
import type { RunState } from '../../nodes/AutoGptTrigger/runs/runState';
import { OVERLAP_MS } from '../../nodes/AutoGptTrigger/times';
import type { LibraryAgent, Review, Run, RunStatus } from '../../client/contract/types';

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

	describe('after a poll that knew runs of every kind', () => {
		const due = { id: 'due', graphId: 'graph', endedAt: NOON - 1, tries: 0 };
		const before: RunState = {
			scope: '',
			since: NOON - OVERLAP_MS,
			open: { graph: ['open', 'both'], other: ['elsewhere'] },
			due: [due],
			seen: { done: NOON - MINUTE_MS },
		};
		const later = NOON + MINUTE_MS;
		const since = later - OVERLAP_MS;
		const idsOf = (runs: Array<{ id: string }>) => runs.map(({ id }) => id);

		it('tells each from the others by where it is listed', () => {
			const news = compareRuns(
				before,
				snapshot(later, {
					open: [run('new', 'QUEUED'), run('open', 'RUNNING'), run('done', 'RUNNING')],
					finished: [
						run('brief', 'FAILED', NOON + 2),
						run('both', 'COMPLETED', NOON + 1),
						run('due', 'COMPLETED', NOON - 1),
						run('going', 'RUNNING'),
					],
				}),
			);
			expect(idsOf(news.started)).toEqual(['brief', 'new']);
			expect(idsOf(news.finished)).toEqual(['both', 'brief']);
			expect(news.left).toEqual([{ id: 'elsewhere', graphId: 'other' }]);
			expect(news.state).toEqual({
				scope: '',
				since,
				open: { graph: ['open', 'new'] },
				due: [due],
				seen: { done: later },
			});
		});

		it('reports what ended first first, and what was created first first', () => {
			const news = compareRuns(
				before,
				snapshot(later, {
					open: [run('d', 'QUEUED'), run('c', 'QUEUED')],
					finished: [run('b', 'COMPLETED', NOON + 1), run('a', 'COMPLETED', NOON + 5)],
				}),
			);
			expect(idsOf(news.started)).toEqual(['a', 'b', 'c', 'd']);
			expect(idsOf(news.finished)).toEqual(['b', 'a']);
			expect(news.state.open.graph).toEqual(['c', 'd']);
		});

		it('forgets runs of other graphs when it is limited to one', () => {
			const other = { ...due, id: 'due elsewhere', graphId: 'other' };
			const wide = { ...before, due: [due, other] };
			const news = compareRuns(wide, snapshot(later, { scope: 'graph' }));
			expect(idsOf(news.left)).toEqual(['open', 'both']);
			expect(idsOf(news.state.due)).toEqual(['due']);
			expect(news.state.scope).toBe('graph');
		});

		it('takes unknown runs of graphs that it did not follow for old ones', () => {
			const narrow = { ...before, scope: 'graph' };
			const elsewhere = { ...run('x', 'COMPLETED', NOON), graph_id: 'other' };
			const news = compareRuns(
				narrow,
				snapshot(later, { finished: [elsewhere, run('y', 'COMPLETED', NOON)] }),
			);
			expect(idsOf(news.finished)).toEqual(['y']);
			expect(news.state.seen.x).toBe(later);
			const open = compareRuns(
				narrow,
				snapshot(later, { open: [{ ...run('x', 'QUEUED'), graph_id: 'other' }] }),
			);
			expect([open.started, open.state.open]).toEqual([[], { other: ['x'] }]);
		});

		it('takes runs that ended more than a day before for old ones', () => {
			const day = 24 * 60 * MINUTE_MS;
			const news = compareRuns(
				before,
				snapshot(later, {
					finished: [
						run('old', 'COMPLETED', before.since - day - 1),
						run('young', 'COMPLETED', before.since - day),
						run('timeless', 'COMPLETED'),
					],
				}),
			);
			expect(idsOf(news.finished)).toEqual(['timeless', 'young']);
			expect(Object.keys(news.state.seen).sort()).toEqual(['done', 'old']);
		});

		it('remembers old runs by how far was read', () => {
			const readTo = NOON - MINUTE_MS;
			const facts = { finished: [run('x', 'COMPLETED', NOON)], isOtherAccount: true, readTo };
			expect(compareRuns(before, snapshot(later, facts)).state.seen.x).toBe(readTo);
		});

		it('forgets finished runs when lists begin later, not before', () => {
			const edge = since - OVERLAP_MS;
			const seen = { stays: edge, goes: edge - 1 };
			expect(compareRuns({ ...before, seen }, snapshot(later, {})).state.seen).toEqual({
				stays: edge,
			});
		});

		it('goes on remembering what an old server lists for ever', () => {
			const edge = since - OVERLAP_MS;
			const seen = { old: edge - 1, young: edge + 1 };
			const finished = [run('old', 'COMPLETED', NOON), run('young', 'COMPLETED', NOON)];
			expect(compareRuns({ ...before, seen }, snapshot(later, { finished })).state.seen).toEqual({
				old: edge,
				young: edge + 1,
			});
		});

		it('repeats nothing where the clock was put back, but for runs that were open just now', () => {
			const facts = {
				finished: [run('now', 'COMPLETED', NOON), run('old', 'COMPLETED', NOON)],
				open: [run('now', 'RUNNING')],
			};
			const back = compareRuns(before, snapshot(before.since - 1, facts));
			expect(idsOf(back.finished)).toEqual(['now']);
			const straight = compareRuns(before, snapshot(before.since, facts));
			expect(idsOf(straight.finished)).toEqual(['old', 'now']);
		});

		it('takes a run that is due and open again for open', () => {
			const { state } = compareRuns(before, snapshot(later, { open: [run('due', 'RUNNING')] }));
			expect([state.due, state.open.graph]).toEqual([[], ['due']]);
		});
	});

	it('is added to by what could not be dealt with', () => {
		const state: RunState = { ...first.state, open: { graph: ['a'] }, due: [], seen: {} };
		keepOpen(state, { id: 'b', graphId: 'graph' });
		keepOpen(state, { id: 'c', graphId: 'other' });
		expect(state.open).toEqual({ graph: ['a', 'b'], other: ['c'] });
		const due = (id: string, endedAt: number) => ({ id, graphId: 'graph', endedAt, tries: 0 });
		keepDue(state, [due('late', 9)]);
		keepDue(state, [due('early', 3), due('middle', 5)]);
		expect(state.due.map(({ id }) => id)).toEqual(['early', 'middle', 'late']);
		markSeen(state, 'd', 7);
		expect(state.seen).toEqual({ d: 7 });
	});

	describe('of reviews', () => {
		const list = (ids: string[], isComplete = true) => ({ rows: ids.map(review), isComplete });

		it('asks for none at first, nor in another account', () => {
			expect(compareReviews(undefined, list(['x']), false)).toEqual({
				asked: [],
				state: { waiting: { x: 0 } },
			});
			const other = compareReviews({ waiting: {} }, list(['x']), true);
			expect(other).toEqual({ asked: [], state: { waiting: { x: 0 } } });
		});

		it('counts the polls at which each was absent, and begins anew when it is back', () => {
			const absences = (count: number, isComplete = true) =>
				compareReviews({ waiting: { x: count } }, list([], isComplete), false).state.waiting;
			expect([absences(0), absences(1), absences(2)]).toEqual([{ x: 1 }, { x: 2 }, {}]);
			expect([absences(2, false), absences(2.95, false)]).toEqual([{ x: 2.1 }, {}]);
			const back = compareReviews({ waiting: { x: 2 } }, list(['x']), false);
			expect(back).toEqual({ asked: [], state: { waiting: { x: 0 } } });
		});

		it('asks for what was requested first first', () => {
			const at = (id: string, requested: number) => ({
				...review(id),
				requested_at: new Date(requested).toISOString(),
			});
			const rows = [at('late', NOON + 2), at('early', NOON), at('middle', NOON + 1)];
			const { asked } = compareReviews({ waiting: {} }, { rows, isComplete: true }, false);
			expect(asked.map(({ node_exec_id }) => node_exec_id)).toEqual(['early', 'middle', 'late']);
		});
	});
});

describe.each(['__proto__', 'constructor', 'toString'])('What a server calls %s', (id) => {
	/** As n8n keeps a state until the next poll. */
	const kept = <T>(state: T): T => JSON.parse(JSON.stringify(state)) as T;
	const of = (status: RunStatus, endedAt?: number) => ({
		...run(id, status, endedAt),
		graph_id: id,
	});

	it('is a run like any other', () => {
		const first = compareRuns(undefined, snapshot(NOON, {}));
		const open = [of('RUNNING')];
		const news = compareRuns(kept(first.state), snapshot(NOON + 1, { open }));
		expect(news.started.map((one) => one.id)).toEqual([id]);
		const finished = [of('COMPLETED', NOON + 2)];
		const ended = compareRuns(kept(news.state), snapshot(NOON + MINUTE_MS, { finished }));
		expect(ended.finished.map((one) => one.id)).toEqual([id]);
		markSeen(ended.state, id, NOON + MINUTE_MS);
		const again = compareRuns(kept(ended.state), snapshot(NOON + 2 * MINUTE_MS, { finished }));
		expect(again.finished).toEqual([]);
	});

	it('is only recorded at first, and stays open where it is put back', () => {
		const finished = [of('COMPLETED', NOON - MINUTE_MS)];
		const first = compareRuns(undefined, snapshot(NOON, { finished }));
		const next = compareRuns(kept(first.state), snapshot(NOON + MINUTE_MS, { finished }));
		expect(next.finished).toEqual([]);
		const { state } = compareRuns(undefined, snapshot(NOON, {}));
		keepOpen(state, { id, graphId: id });
		expect(Object.entries(kept(state).open)).toEqual([[id, [id]]]);
	});

	it('is a review like any other', () => {
		const none = compareReviews(undefined, { rows: [], isComplete: true }, false).state;
		const listed = { rows: [review(id)], isComplete: true };
		const { asked, state } = compareReviews(kept(none), listed, false);
		expect(asked.map((one) => one.node_exec_id)).toEqual([id]);
		expect(compareReviews(kept(state), listed, false).asked).toEqual([]);
	});

	it('is an agent like any other', () => {
		const at = new Date(NOON + 1).toISOString();
		const agent = { id, name: 'Tides', created_at: at, updated_at: at } as LibraryAgent;
		const none = compareAgents(undefined, { now: NOON, rows: [], isComplete: true }).state;
		const listed = { now: NOON + MINUTE_MS, rows: [agent], isComplete: true };
		const { changed, state } = compareAgents(kept(none), listed);
		expect(changed.map(({ agent: one }) => one.id)).toEqual([id]);
		expect(compareAgents(kept(state), listed).changed).toEqual([]);
	});
});
