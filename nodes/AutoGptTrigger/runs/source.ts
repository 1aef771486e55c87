import { mapBounded } from '../../../client/util/concurrency';
import { isFinal, OPEN_STATUSES } from '../../../client/runs/runs';
import type { Run } from '../../../client/contract/types';
import { readCompleteList } from '../completeList';
import type { TriggerEvent } from '../event';
import type { Poll } from '../poll';
import { needOf, listedEvent, RUN_FINISHED, RUN_STARTED, startedEvent } from './runEvents';
import { compareRuns, keepOpen, markSeen } from './compareRuns';
import { readFinished } from './finishedRuns';
import { RunReader, RUNS_PER_POLL, type FinishedEvent, type RunChanges } from './runReader';
import { restoreRuns, type DueRun, type RunState } from './runState';
import type { Source } from '../round';
import { OVERLAP_MS, timeOf } from '../times';

/** Whether a run goes on in a status that cannot be listed by, since we do not know it. */
function isOfUnknownStatus(run: Run): boolean {
	return !isFinal(run) && !OPEN_STATUSES.includes(run.status);
}

/** Compares the runs with those of the last poll: two requests, or one for each hundred runs. */
async function readChanges(
	poll: Poll,
	before: RunState | undefined,
	isOtherAccount: boolean,
): Promise<RunChanges> {
	const [onlyGraph] = poll.chosenGraphs?.size === 1 ? poll.chosenGraphs : [undefined];
	const filter = onlyGraph === undefined ? {} : { graph_id: onlyGraph };
	// The open ones first: what ends between the two lists is in both, never in neither.
	const open = await readCompleteList(
		poll.client,
		'listRuns',
		{ query: { ...filter, statuses: OPEN_STATUSES } },
		{ idOf: ({ id }) => id, growsAtHead: true, isOutOfTime: poll.isListTimeOver },
	);
	// Older servers ignore the filter by status (contract: behaviour.md section 1).
	open.rows = open.rows.filter((run) => !isFinal(run));
	const now = poll.serverBegan;
	const due = new Set(before?.due.map(({ id }) => id));
	const finished = await readFinished(poll, filter, {
		since: Math.min(before?.since ?? Infinity, now - OVERLAP_MS),
		now,
		open: new Set(open.rows.map(({ id }) => id)),
		isKnown: (id) => before?.seen[id] !== undefined || due.has(id),
		portion: before?.portion,
		room: RUNS_PER_POLL - due.size,
	});
	const news = compareRuns(before, {
		now,
		open: [...open.rows, ...finished.rows.filter(isOfUnknownStatus)],
		finished: finished.rows,
		readTo: finished.readTo,
		isComplete: open.isComplete && finished.isComplete,
		scope: onlyGraph ?? '',
		isOtherAccount,
	});
	if (finished.portion !== undefined) news.state.portion = finished.portion;
	const { isComplete, isCut } = open;
	return { news, now, createdBy: Math.min(finished.readTo, now), isComplete, isCut };
}

/** Runs that may have finished and must be read for their events. */
async function takeUp(
	poll: Poll,
	{ news, now, createdBy, isComplete, isCut }: RunChanges,
	finished: FinishedEvent[],
): Promise<DueRun[]> {
	const { state } = news;
	const wantsEnds = poll.settings.events.has(RUN_FINISHED);
	const { due } = state;
	state.due = [];
	const left: DueRun[] = [];
	for (const { id, graphId } of news.left) {
		if (wantsEnds && poll.wants(graphId)) left.push({ id, graphId, endedAt: 0, tries: 0 });
		else if (isComplete) markSeen(state, id, now);
		else keepOpen(state, { id, graphId });
	}
	const listed: DueRun[] = [];
	for (const run of news.finished) {
		const endedAt = timeOf(run.ended_at);
		const need = needOf(poll, run);
		if (need === 'read') {
			listed.push({ id: run.id, graphId: run.graph_id, endedAt, tries: 0, createdBy });
			continue;
		}
		if (need === 'asListed') {
			finished.push({ at: endedAt, event: await listedEvent(poll, run) });
		}
		markSeen(state, run.id, createdBy);
	}
	// Where not all open runs could be listed, most of those that are missing have not finished.
	const queue = isCut ? [...due, ...listed, ...left] : [...due, ...left, ...listed];
	if (wantsEnds) return queue;
	queue.forEach(({ id }) => markSeen(state, id, now));
	return [];
}

/** What has happened to runs since the last poll, each list oldest first. */
interface RunEvents {
	started: TriggerEvent[];
	finished: TriggerEvent[];
}

/**
 * The runs that were started and those that have finished since the last poll. Where nothing could
 * be found out the poll fails: what is due stays due.
 */
export const runs: Source<RunState, RunEvents> = {
	slot: 'runs',
	restore: restoreRuns,
	read: async (poll, before, isOtherAccount) => {
		const seen = await readChanges(poll, before, isOtherAccount);
		const { news } = seen;
		const wantsStarts = poll.settings.events.has(RUN_STARTED);
		const wanted = news.started.filter(({ graph_id }) => wantsStarts && poll.wants(graph_id));
		const started = await mapBounded(wanted, 1, async (run) => await startedEvent(poll, run));
		const ends: FinishedEvent[] = [];
		const queue = await takeUp(poll, seen, ends);
		const reader = new RunReader(poll, seen);
		ends.push(...(await reader.readAll(queue)));
		if (reader.stop && started.length + ends.length === 0) throw reader.stop;
		const finished = ends.sort((a, b) => a.at - b.at).map(({ event }) => event);
		return { state: news.state, found: { started, finished } };
	},
};
