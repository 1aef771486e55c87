import { isFinal } from '../../../client/runs/runs';
import type { Run } from '../../../client/contract/types';
import { entryOf, setEntry } from '../../../client/util/records';
import { nextSince, OVERLAP_MS, timeOf } from '../times';
import type { DueRun, RunState } from './runState';

const DAY_MS = 86_400_000;

/** What one poll saw of runs. */
export interface RunSnapshot {
	/** Server's time when the poll began, in milliseconds. */
	now: number;
	/** Runs that were open, read before the finished ones; newest first. */
	open: Run[];
	/** Finished runs created since the last poll, with overlap. */
	finished: Run[];
	/** Up to which time of creation they were all read; Infinity for all. */
	readTo: number;
	/** Whether the lists cannot have missed a run. */
	isComplete: boolean;
	/** The graph that the lists were limited to; empty for all. */
	scope: string;
	/** Whether the account is another than at the last poll, so that unknown runs count as old. */
	isOtherAccount: boolean;
}

/** What has happened since the last poll. */
export interface RunNews {
	/** Runs that were never seen before, oldest first. */
	started: Run[];
	/** Runs that were listed as finished for the first time, oldest end first. */
	finished: Run[];
	/** Remembered runs that are in no list now: only reading them shows what became of them. */
	left: Array<{ id: string; graphId: string }>;
	/** The state after this poll, in which `finished` and `left` are not dealt with yet. */
	state: RunState;
}

/**
 * What is remembered of a run: that it was open, that it has finished and is still to be reported
 * (due), that it is dealt with (done), or nothing. It is always one of these.
 */
type Standing = 'open' | 'due' | 'done' | 'unknown';

/** Where each run stood after the last poll; runs out of scope are forgotten. */
class Remembered {
	/** Graphs of the runs that were open. */
	readonly open: ReadonlyMap<string, string>;

	readonly due: DueRun[];

	private readonly dueIds: ReadonlySet<string>;

	constructor(
		private readonly before: RunState | undefined,
		scope: string,
	) {
		const inScope = (graphId: string) => scope === '' || graphId === scope;
		this.due = (before?.due ?? []).filter(({ graphId }) => inScope(graphId));
		this.dueIds = new Set(this.due.map(({ id }) => id));
		this.open = new Map(
			Object.entries(before?.open ?? {})
				.filter(([graphId]) => inScope(graphId))
				.flatMap(([graphId, ids]) => ids.map((id): [string, string] => [id, graphId])),
		);
	}

	of(id: string): Standing {
		if (entryOf(this.before?.seen ?? {}, id) !== undefined) return 'done';
		if (this.dueIds.has(id)) return 'due';
		return this.open.has(id) ? 'open' : 'unknown';
	}
}

function addTo(groups: Record<string, string[]>, graphId: string, id: string): void {
	const group = entryOf(groups, graphId);
	if (group) group.push(id);
	else setEntry(groups, graphId, [id]);
}

function byGraph(runs: Array<{ id: string; graphId: string }>): Record<string, string[]> {
	const groups: Record<string, string[]> = {};
	for (const { id, graphId } of runs) addTo(groups, graphId, id);
	return groups;
}

/** Finished runs that cannot be listed again are forgotten. */
function withoutOld(seen: Record<string, number>, since: number): Record<string, number> {
	return Object.fromEntries(Object.entries(seen).filter(([, at]) => at >= since - OVERLAP_MS));
}

/** Whether a run ended so long ago that it was not created since, whatever clock it ended by. */
function isLongOver({ ended_at }: Run, since: number): boolean {
	const endedAt = timeOf(ended_at);
	return endedAt > 0 && endedAt < since - DAY_MS;
}

/** Whether a run that was never seen before is news, rather than older than what is followed. */
function newsTest(before: RunState | undefined, snapshot: RunSnapshot): (run: Run) => boolean {
	const open = new Set(snapshot.open.map(({ id }) => id));
	// When the server's clock was put back, finished runs that are new look the same as old ones.
	const isRewound = before !== undefined && snapshot.now < before.since;
	return (run) =>
		before !== undefined &&
		!snapshot.isOtherAccount &&
		!isLongOver(run, before.since) &&
		(before.scope === '' || before.scope === run.graph_id) &&
		(!isRewound || open.has(run.id));
}

/**
 * Finds out what happened between two polls (contract: behaviour.md section 9, Order and time).
 * A first poll only records.
 *
 * | remembered | listed as finished | listed as open     | in no list        |
 * | ---------- | ------------------ | ------------------ | ----------------- |
 * | open       | finished           | stays open         | left              |
 * | due        | stays due          | is open again      | stays due         |
 * | done       | stays done         | stays done, longer | done, for a while |
 * | unknown    | started, finished  | started, open      | -                 |
 *
 * An unknown run that is older than what is followed is only recorded: as done, or as open.
 */
export function compareRuns(before: RunState | undefined, snapshot: RunSnapshot): RunNews {
	const { now, scope, readTo } = snapshot;
	const remembered = new Remembered(before, scope);
	const isNews = newsTest(before, snapshot);
	const finals = snapshot.finished.filter(isFinal).reverse();
	const finalIds = new Set(finals.map(({ id }) => id));
	const opens = snapshot.open.filter(({ id }) => !finalIds.has(id)).reverse();
	const openIds = new Set(opens.map(({ id }) => id));
	const started: Run[] = [];
	const finished: Run[] = [];
	const done: Record<string, number> = {};
	const listedAgain: string[] = [];
	const stillOpen: Array<{ id: string; graphId: string }> = [];

	for (const run of finals) {
		const standing = remembered.of(run.id);
		if (standing === 'done') listedAgain.push(run.id);
		if (standing === 'done' || standing === 'due') continue;
		if (standing === 'unknown' && !isNews(run)) {
			setEntry(done, run.id, Math.min(readTo, now));
			continue;
		}
		if (standing === 'unknown') started.push(run);
		finished.push(run);
	}
	for (const run of opens) {
		const standing = remembered.of(run.id);
		if (standing === 'done') {
			// It was reported although it goes on, for it could not be read: its end is no news.
			setEntry(done, run.id, now);
			continue;
		}
		if (standing === 'unknown' && isNews(run)) started.push(run);
		stillOpen.push({ id: run.id, graphId: run.graph_id });
	}
	const left = [...remembered.open]
		.map(([id, graphId]) => ({ id, graphId }))
		.filter(({ id }) => remembered.of(id) === 'open' && !openIds.has(id) && !finalIds.has(id));
	const since = Math.min(nextSince(before?.since, now, snapshot.isComplete), readTo);
	return {
		started,
		finished: finished.sort((a, b) => timeOf(a.ended_at) - timeOf(b.ended_at)),
		left,
		state: {
			scope,
			since,
			open: byGraph(stillOpen),
			due: remembered.due.filter(({ id }) => !openIds.has(id)),
			seen: {
				...withoutOld({ ...before?.seen, ...done }, since),
				// Older servers list all runs, however old they are (section 1).
				...Object.fromEntries(
					listedAgain.map((id) => [id, Math.max(before?.seen[id] ?? 0, since - OVERLAP_MS)]),
				),
			},
		},
	};
}

/** Puts a run back among those that are open. */
export function keepOpen(state: RunState, { id, graphId }: { id: string; graphId: string }): void {
	addTo(state.open, graphId, id);
}

/** Notes finished runs that are returned another time. */
export function keepDue(state: RunState, runs: DueRun[]): void {
	state.due = [...state.due, ...runs].sort((a, b) => a.endedAt - b.endedAt);
}

/**
 * Notes that a finished run is dealt with.
 *
 * @param createdBy the latest time at which it may have been created; when it ended says nothing,
 * for that is by another clock
 */
export function markSeen(state: RunState, id: string, createdBy: number): void {
	setEntry(state.seen, id, createdBy);
}
