import { mapBounded } from '../../../client/util/concurrency';
import { FINAL_STATUSES, OPEN_STATUSES } from '../../../client/runs/runs';
import type { Run } from '../../../client/contract/types';
import { readCompleteList } from '../completeList';
import type { TriggerEvent } from '../event';
import type { Poll } from '../poll';
import { judge, listedEvent, RUN_FINISHED, RUN_STARTED, startedEvent } from './runEvents';
import { compareRuns, keepOpen, markSeen } from './runLedger';
import { RunReader, type FinishedEvent, type Look } from './runReader';
import { restoreRuns, type DueRun, type RunState } from './runState';
import type { Source } from '../round';
import { OVERLAP_MS, timeOf } from '../times';

/** Looks at the platform: two requests, or one for each hundred runs. */
async function look(
	poll: Poll,
	before: RunState | undefined,
	isOtherAccount: boolean,
): Promise<Look> {
	const { client, chosenGraphs } = poll;
	const [onlyGraph] = chosenGraphs?.size === 1 ? chosenGraphs : [undefined];
	const filter = onlyGraph === undefined ? {} : { graph_id: onlyGraph };
	const idOf = ({ id }: Run) => id;
	// The open ones first: what ends between the two lists is in both, never in neither.
	const open = await readCompleteList(
		client,
		'listRuns',
		{ query: { ...filter, statuses: OPEN_STATUSES } },
		{ idOf, growsAtHead: true },
	);
	const now = poll.serverBegan;
	const since = Math.min(before?.since ?? Infinity, now - OVERLAP_MS);
	const started_after = new Date(since).toISOString();
	const finished = await readCompleteList(
		client,
		'listRuns',
		{ query: { ...filter, statuses: FINAL_STATUSES, started_after } },
		{ idOf, growsAtHead: false },
	);
	const news = compareRuns(before, {
		now,
		open: open.rows,
		finished: finished.rows,
		isComplete: open.isComplete && finished.isComplete,
		scope: onlyGraph ?? '',
		isOtherAccount,
	});
	return { news, now, isComplete: open.isComplete };
}

/** Runs that may have finished and must be read to be put out. */
async function takeUp(
	poll: Poll,
	{ news, now, isComplete }: Look,
	finished: FinishedEvent[],
): Promise<DueRun[]> {
	const { state } = news;
	const wantsEnds = poll.settings.events.has(RUN_FINISHED);
	const queue: DueRun[] = state.due;
	state.due = [];
	for (const { id, graphId } of news.left) {
		if (wantsEnds && poll.wants(graphId)) queue.push({ id, graphId, endedAt: 0, tries: 0 });
		else if (isComplete) markSeen(state, id, now);
		else keepOpen(state, { id, graphId });
	}
	for (const run of news.finished) {
		const verdict = judge(poll, run);
		if (verdict === 'read') {
			queue.push({ id: run.id, graphId: run.graph_id, endedAt: timeOf(run.ended_at), tries: 0 });
			continue;
		}
		if (verdict === 'asListed') {
			finished.push({ at: timeOf(run.ended_at), event: await listedEvent(poll, run) });
		}
		markSeen(state, run.id, timeOf(run.ended_at) || now);
	}
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
 * be found out the look fails: what is due stays due.
 */
export const runs: Source<RunState, RunEvents> = {
	slot: 'runs',
	restore: restoreRuns,
	look: async (poll, before, isOtherAccount) => {
		const seen = await look(poll, before, isOtherAccount);
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
