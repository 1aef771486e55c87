import { mapBounded } from '../../../client/util/concurrency';
import { acceptStatus, PlatformError } from '../../../client/errors/platformError';
import { outcomeOf } from '../../../client/runs/results';
import { isFinal, readRun } from '../../../client/runs/runs';
import type { RunDetails } from '../../../client/contract/types';
import type { TriggerEvent } from '../event';
import { hitsAll } from '../faults';
import { POLL_READ_CONCURRENCY, type Poll } from '../poll';
import { finishedEvent, isChosen, unreadableEvent, type FinishedRun } from './runEvents';
import { keepDue, keepOpen, markSeen, type RunNews } from './compareRuns';
import { timeOf } from '../times';
import type { DueRun } from './runState';

/** Runs returned by one poll at most; more would weigh on n8n's memory. */
export const RUNS_PER_POLL = 1_000;
/** After so many polls a run is returned without its outputs, or files, that cannot be had. */
const MOST_TRIES = 10;

/** An event and when its run ended, in milliseconds. */
export interface FinishedEvent {
	at: number;
	event: TriggerEvent;
}

/** What one poll found out about all runs. */
export interface RunChanges {
	news: RunNews;
	/** Server's time in milliseconds. */
	now: number;
	/** The latest time at which a listed finished run may have been created, in milliseconds. */
	createdBy: number;
	/** Whether a run that is missing among the open ones is certainly not open. */
	isComplete: boolean;
	/** Whether the time was over before the end of the list of open ones. */
	isCut: boolean;
}

/** What became of a run that was due: an event, or nothing, or it stays due. */
type Reading = { event?: FinishedEvent } | { later: DueRun };

/** Reads what is due, as far as time and the API allow; the rest stays due. */
export class RunReader {
	/** A failure that would hit every other run as well. */
	stop?: PlatformError;

	private probe?: Promise<boolean>;

	constructor(
		private readonly poll: Poll,
		private readonly changes: RunChanges,
	) {}

	/** @returns events, in no certain order */
	async readAll(queue: DueRun[]): Promise<FinishedEvent[]> {
		// Those that could not be had before come last, lest they take the others' time.
		const inTurn = [...queue].sort((a, b) => a.tries - b.tries);
		const readings = await mapBounded(
			inTurn.slice(0, RUNS_PER_POLL),
			POLL_READ_CONCURRENCY,
			async (due): Promise<Reading> =>
				this.stop || this.poll.isOutOfTime ? { later: due } : await this.read(due),
		);
		const later = [
			...readings.flatMap((reading) => ('later' in reading ? reading.later : [])),
			...inTurn.slice(RUNS_PER_POLL),
		];
		const { state } = this.changes.news;
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
		const { state } = this.changes.news;
		const answer = await this.finishedRun(due).then(
			(found) => ({ found }),
			(error: unknown) => ({ error }),
		);
		if ('error' in answer) {
			const { error } = answer;
			if (error instanceof PlatformError) return await this.failed(due, error);
			if (this.poll.isOutOfTime) return { later: due };
			throw error;
		}
		const { run, event, lacks } = answer.found;
		if (run && !isFinal(run)) {
			keepOpen(state, due);
			return {};
		}
		const at = timeOf(run?.ended_at);
		if (event && lacks) return await this.failed(due, lacks, { at, event });
		markSeen(state, due.id, due.createdBy ?? this.changes.now);
		return event ? { event: { at, event } } : {};
	}

	private async finishedRun({ id }: DueRun): Promise<{ run?: RunDetails } & Partial<FinishedRun>> {
		const run = await readRun(this.poll.client, id).catch(acceptStatus(404));
		if (run instanceof PlatformError) {
			// That there is no such path, or operation, says nothing of the run.
			if (run.server !== undefined) throw run;
			return {};
		}
		const isWanted = isFinal(run) && isChosen(this.poll, outcomeOf(run));
		return isWanted ? { run, ...(await finishedEvent(this.poll, run)) } : { run };
	}

	/** @param rest what there is of it when only files are lacking */
	private async failed(due: DueRun, reason: PlatformError, rest?: FinishedEvent): Promise<Reading> {
		if (!rest && hitsAll(reason)) this.stop = reason;
		if (this.stop || !(await this.answersOthers())) return { later: due };
		const tries = due.tries + 1;
		const what = rest ? `Files of AutoGPT run '${due.id}'` : `AutoGPT run '${due.id}'`;
		this.poll.warn(`${what} could not be read`, reason);
		if (tries < MOST_TRIES) return { later: { ...due, tries } };
		markSeen(this.changes.news.state, due.id, due.createdBy ?? this.changes.now);
		const unreadable = { at: due.endedAt, event: unreadableEvent(due, reason.message) };
		return { event: rest ?? unreadable };
	}

	/**
	 * Whether AutoGPT still answers, so that a run failed for reasons of its own. An outage that
	 * begins in the midst of a poll must not use up the tries of all runs.
	 */
	private async answersOthers(): Promise<boolean> {
		// Runs that are too slow must not escape being counted.
		if (this.poll.isOutOfTime) return true;
		this.probe ??= this.ask().finally(() => {
			this.probe = undefined;
		});
		return await this.probe;
	}

	private async ask(): Promise<boolean> {
		const fault = await this.poll.client.call('listRuns', { query: { limit: 1 } }).then(
			() => undefined,
			(error: unknown) => ({ error }),
		);
		if (!fault) return true;
		if (fault.error instanceof PlatformError) this.stop = fault.error;
		else if (!this.poll.isOutOfTime) throw fault.error;
		return false;
	}
}
