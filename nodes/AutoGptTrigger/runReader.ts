import { mapBounded } from '../../platform/concurrency';
import { acceptStatus, PlatformError } from '../../platform/errors';
import { outcomeOf } from '../../platform/runResult';
import { isFinal, readRun } from '../../platform/runs';
import type { RunDetails } from '../../platform/types';
import type { TriggerEvent } from './events';
import type { Poll } from './poll';
import { finishedEvent, isChosen, unreadableEvent } from './runEvents';
import { keepDue, keepOpen, markSeen, timeOf, type RunNews } from './runLedger';
import type { DueRun } from './state';

const READS_AT_ONCE = 6;
/** Runs put out by one poll at most; more would weigh on n8n's memory. */
const RUNS_PER_POLL = 1_000;
/** After so many polls a run that cannot be read is put out without its outputs. */
const MOST_TRIES = 10;

/** An event and when its run ended, in milliseconds. */
export interface FinishedEvent {
	at: number;
	event: TriggerEvent;
}

/** One look at all runs. */
export interface Look {
	news: RunNews;
	/** Server's time in milliseconds. */
	now: number;
	/** Whether a run that is missing among the open ones is certainly not open. */
	isComplete: boolean;
}

/** What became of a run that was due: an event, or nothing, or it stays due. */
type Reading = { event?: FinishedEvent } | { later: DueRun };

/** Reads what is due, as far as time and the API allow; the rest stays due. */
export class RunReader {
	/** A failure that would hit every other run as well. */
	stop?: PlatformError;

	constructor(
		private readonly poll: Poll,
		private readonly look: Look,
	) {}

	/** @returns events in the order of the queue */
	async readAll(queue: DueRun[]): Promise<FinishedEvent[]> {
		const { state } = this.look.news;
		const readings = await mapBounded(
			queue.slice(0, RUNS_PER_POLL),
			READS_AT_ONCE,
			async (due): Promise<Reading> =>
				this.stop || this.poll.isOutOfTime ? { later: due } : await this.read(due),
		);
		const later = [
			...readings.flatMap((reading) => ('later' in reading ? reading.later : [])),
			...queue.slice(RUNS_PER_POLL),
		];
		// One that was only missing among the open ones stays with them: it is missed again next time.
		const isMissing = ({ endedAt, tries }: DueRun) => endedAt === 0 && tries === 0;
		later.filter(isMissing).forEach((due) => keepOpen(state, due));
		keepDue(
			state,
			later.filter((due) => !isMissing(due)),
		);
		return readings.flatMap((reading) => ('event' in reading && reading.event) || []);
	}

	private async read(due: DueRun): Promise<Reading> {
		const { state } = this.look.news;
		const answer = await this.eventOf(due).catch((error: unknown) => error);
		if (answer instanceof PlatformError) return this.failed(due, answer);
		if (answer instanceof Error && this.poll.isOutOfTime) return { later: due };
		if (answer instanceof Error) throw answer;
		const { run, event } = answer as { run?: RunDetails; event?: TriggerEvent };
		if (run && !isFinal(run)) {
			keepOpen(state, due);
			return {};
		}
		const at = timeOf(run?.ended_at);
		markSeen(state, due.id, at || this.look.now);
		return event ? { event: { at, event } } : {};
	}

	private async eventOf({ id }: DueRun): Promise<{ run?: RunDetails; event?: TriggerEvent }> {
		const run = await readRun(this.poll.client, id).catch(acceptStatus(404));
		if (run instanceof PlatformError) return {};
		const isWanted = isFinal(run) && isChosen(this.poll, outcomeOf(run));
		return isWanted ? { run, event: await finishedEvent(this.poll, run) } : { run };
	}

	private failed(due: DueRun, failure: PlatformError): Reading {
		const isOfThisRun = failure.status !== undefined && failure.status >= 500;
		if (!isOfThisRun) {
			this.stop = failure;
			return { later: due };
		}
		const tries = due.tries + 1;
		const { logger } = this.poll.functions;
		logger.warn(`AutoGPT run '${due.id}' could not be read: ${failure.message}`);
		if (tries < MOST_TRIES) return { later: { ...due, tries } };
		markSeen(this.look.news.state, due.id, due.endedAt || this.look.now);
		return { event: { at: due.endedAt, event: unreadableEvent(due, failure.message) } };
	}
}
