import { mapBounded } from '../../platform/concurrency';
import { acceptStatus, PlatformError } from '../../platform/errors';
import { outcomeOf } from '../../platform/runResult';
import { isFinal, OPEN_STATUSES, readRun } from '../../platform/runs';
import type { Run, RunDetails, RunStatus } from '../../platform/types';
import { readCompleteList } from './completeList';
import type { TriggerEvent } from './events';
import type { Poll } from './poll';
import {
	finishedEvent,
	isChosen,
	judge,
	listedEvent,
	startedEvent,
	unreadableEvent,
} from './runEvents';
import {
	compareRuns,
	keepDue,
	keepOpen,
	markSeen,
	OVERLAP_MS,
	timeOf,
	type RunNews,
} from './runLedger';
import type { DueRun, RunState } from './state';

const FINAL_STATUSES: RunStatus[] = ['COMPLETED', 'FAILED', 'TERMINATED'];
const READS_AT_ONCE = 6;
/** Runs put out by one poll at most; more would weigh on n8n's memory. */
const RUNS_PER_POLL = 1_000;
/** After so many polls a run that cannot be read is put out without its outputs. */
const MOST_TRIES = 10;

/** An event and when its run ended, in milliseconds. */
interface FinishedEvent {
	at: number;
	event: TriggerEvent;
}

interface Look {
	news: RunNews;
	/** Server's time in milliseconds. */
	now: number;
	/** Whether a run that is missing among the open ones is certainly not open. */
	isComplete: boolean;
}

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
	const wantsEnds = poll.settings.events.has('runFinished');
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

/** Reads what is due, as far as time and the API allow; the rest stays due. */
class Reader {
	/** A failure that would hit every other run as well. */
	stop?: PlatformError;

	constructor(
		private readonly poll: Poll,
		private readonly look: Look,
		private readonly events: FinishedEvent[],
	) {}

	async readAll(queue: DueRun[]): Promise<void> {
		const { state } = this.look.news;
		const now = queue.slice(0, RUNS_PER_POLL);
		const later = queue.slice(RUNS_PER_POLL);
		await mapBounded(now, READS_AT_ONCE, async (due) => {
			if (this.stop || this.poll.isOutOfTime) later.push(due);
			else later.push(...(await this.read(due)));
		});
		// One that was only missing among the open ones stays with them: it is missed again next time.
		const isMissing = ({ endedAt, tries }: DueRun) => endedAt === 0 && tries === 0;
		later.filter(isMissing).forEach((due) => keepOpen(state, due));
		keepDue(
			state,
			later.filter((due) => !isMissing(due)),
		);
	}

	/** @returns the run itself when it stays due */
	private async read(due: DueRun): Promise<DueRun[]> {
		const { state } = this.look.news;
		const answer = await this.eventsOf(due).catch((error: unknown) => error);
		if (answer instanceof PlatformError) return this.failed(due, answer);
		if (answer instanceof Error && this.poll.isOutOfTime) return [due];
		if (answer instanceof Error) throw answer;
		const { run, event } = answer as { run?: RunDetails; event?: TriggerEvent };
		if (run && !isFinal(run)) {
			keepOpen(state, due);
			return [];
		}
		if (event) this.events.push({ at: timeOf(run?.ended_at), event });
		markSeen(state, due.id, timeOf(run?.ended_at) || this.look.now);
		return [];
	}

	private async eventsOf({ id }: DueRun): Promise<{ run?: RunDetails; event?: TriggerEvent }> {
		const run = await readRun(this.poll.client, id).catch(acceptStatus(404));
		if (run instanceof PlatformError) return {};
		const isWanted = isFinal(run) && isChosen(this.poll, outcomeOf(run));
		return isWanted ? { run, event: await finishedEvent(this.poll, run) } : { run };
	}

	private failed(due: DueRun, failure: PlatformError): DueRun[] {
		const isOfThisRun = failure.status !== undefined && failure.status >= 500;
		if (!isOfThisRun) {
			this.stop = failure;
			return [due];
		}
		const tries = due.tries + 1;
		this.poll.functions.logger.warn(
			`AutoGPT run '${due.id}' could not be read: ${failure.message}`,
		);
		if (tries < MOST_TRIES) return [{ ...due, tries }];
		this.events.push({ at: due.endedAt, event: unreadableEvent(due, failure.message) });
		markSeen(this.look.news.state, due.id, this.look.now);
		return [];
	}
}

/** What has happened to runs, each list oldest first. */
export interface RunEvents {
	state: RunState;
	started: TriggerEvent[];
	finished: TriggerEvent[];
}

/**
 * Finds out which runs were started and which have finished since the last poll.
 *
 * @throws PlatformError when nothing could be found out; what is due stays due
 */
export async function pollRuns(
	poll: Poll,
	before: RunState | undefined,
	isOtherAccount: boolean,
): Promise<RunEvents> {
	const seen = await look(poll, before, isOtherAccount);
	const { news } = seen;
	const wantsStarts = poll.settings.events.has('runStarted');
	const wanted = news.started.filter(({ graph_id }) => wantsStarts && poll.wants(graph_id));
	const started = await mapBounded(wanted, 1, async (run) => await startedEvent(poll, run));
	const ends: FinishedEvent[] = [];
	const queue = await takeUp(poll, seen, ends);
	const reader = new Reader(poll, seen, ends);
	await reader.readAll(queue);
	if (reader.stop && started.length + ends.length === 0) throw reader.stop;
	const finished = ends.sort((a, b) => a.at - b.at).map(({ event }) => event);
	return { state: news.state, started, finished };
}
