import { isFinal } from '../../../client/runs/runs';
import type { Run } from '../../../client/contract/types';
import { OVERLAP_MS, timeOf } from '../times';
import type { DueRun, RunState } from './runState';

/** What one look at the platform showed. */
export interface RunLook {
	/** Server's time when the look began, in milliseconds. */
	now: number;
	/** Runs that were open, read before the finished ones. */
	open: Run[];
	/** Finished runs created since the last look, with overlap. */
	finished: Run[];
	/** Whether no run can have slipped through the lists. */
	isComplete: boolean;
	/** The graph that the lists were limited to; empty for all. */
	scope: string;
	/** Whether the account is another than at the last look, so that unknown runs count as old. */
	isOtherAccount: boolean;
}

/** What has happened since the last look. */
export interface RunNews {
	/** Runs that were never seen before, oldest first. */
	started: Run[];
	/** Runs that were listed as finished for the first time, oldest end first. */
	finished: Run[];
	/** Remembered runs that are in no list now: only reading them tells what became of them. */
	left: Array<{ id: string; graphId: string }>;
	/** The state after this look, in which `finished` and `left` are not dealt with yet. */
	state: RunState;
}

function remembered(state: RunState | undefined, scope: string): Map<string, string> {
	const entries = Object.entries(state?.open ?? {})
		.filter(([graphId]) => scope === '' || graphId === scope)
		.flatMap(([graphId, ids]) => ids.map((id): [string, string] => [id, graphId]));
	return new Map(entries);
}

function byGraph(runs: Array<{ id: string; graphId: string }>): Record<string, string[]> {
	const groups: Record<string, string[]> = {};
	for (const { id, graphId } of runs) (groups[graphId] ??= []).push(id);
	return groups;
}

/** Finished runs that cannot be listed again are forgotten: they were created before they ended. */
function withoutOld(seen: Record<string, number>, since: number): Record<string, number> {
	return Object.fromEntries(Object.entries(seen).filter(([, at]) => at >= since - OVERLAP_MS));
}

/**
 * Finds out what happened between two looks (contract: behaviour.md section 9, Order and time).
 * A first look only records.
 */
export function compareRuns(before: RunState | undefined, look: RunLook): RunNews {
	const { now, scope } = look;
	const known = remembered(before, scope);
	const due = (before?.due ?? []).filter(({ graphId }) => scope === '' || graphId === scope);
	const seen = before?.seen ?? {};
	const handled = new Set([...Object.keys(seen), ...due.map(({ id }) => id)]);
	// When the server's clock was put back, what is new cannot be told from what is old.
	const isRewound = before !== undefined && now < before.since;
	const isFollowed = ({ graph_id }: Run) =>
		before !== undefined &&
		!look.isOtherAccount &&
		(before.scope === '' || before.scope === graph_id);
	const isNew = (run: Run) => isFollowed(run) && !known.has(run.id) && !handled.has(run.id);

	const open = new Map(look.open.map((run) => [run.id, run]));
	const listed = look.finished.filter((run) => isFinal(run) && !handled.has(run.id));
	const finished = listed.filter(
		(run) => known.has(run.id) || (isFollowed(run) && (!isRewound || open.has(run.id))),
	);
	const ended = new Set(look.finished.map(({ id }) => id));
	const started = [
		...look.open.filter(isNew),
		...look.finished.filter((run) => !open.has(run.id) && isNew(run) && !isRewound),
	].reverse();
	const left = [...known]
		.map(([id, graphId]) => ({ id, graphId }))
		.filter(({ id }) => !open.has(id) && !ended.has(id));
	const since =
		look.isComplete || !before ? now - OVERLAP_MS : Math.min(before.since, now - OVERLAP_MS);
	const news = new Set(finished);
	const old = listed
		.filter((run) => !news.has(run))
		.map((run): [string, number] => [run.id, timeOf(run.ended_at) || now]);
	const stillOpen = look.open
		.filter(({ id }) => !ended.has(id))
		.reverse()
		.map(({ id, graph_id }) => ({ id, graphId: graph_id }));
	return {
		started,
		finished: finished.reverse().sort((a, b) => timeOf(a.ended_at) - timeOf(b.ended_at)),
		left,
		state: {
			scope,
			since,
			open: byGraph(stillOpen),
			due,
			seen: withoutOld({ ...seen, ...Object.fromEntries(old) }, since),
		},
	};
}

/** Puts a run back among those that are open. */
export function keepOpen(state: RunState, { id, graphId }: { id: string; graphId: string }): void {
	(state.open[graphId] ??= []).push(id);
}

/** Notes finished runs that are put out another time. */
export function keepDue(state: RunState, runs: DueRun[]): void {
	state.due = [...state.due, ...runs].sort((a, b) => a.endedAt - b.endedAt);
}

/**
 * Notes that a finished run is dealt with.
 *
 * @param at when it ended, else the present; in milliseconds on the server's clock
 */
export function markSeen(state: RunState, id: string, at: number): void {
	state.seen[id] = at;
}
