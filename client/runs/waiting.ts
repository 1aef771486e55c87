import { sleep } from '../compat/sleep';
import type { AutoGptClient } from '../http/client';
import { mapBounded } from '../util/concurrency';
import { asAnswer, isLack, mayPass, PlatformError } from '../errors/platformError';
import { eachRow } from '../http/pages';
import { isFinal, OPEN_STATUSES, readRun } from './runs';
import type { Run, RunDetails } from '../contract/types';

/** How long AutoGPT may be out of reach before a wait without a time limit is given up. */
const LONGEST_SILENCE_MS = 15 * 60_000;

/** A wait for a run; several may be for the same run, each on its own terms. */
export interface AwaitedRun {
	id: string;
	/** When given for all runs and the same, the list is asked for this graph only. */
	graphId?: string;
	/** When the waiting for it ends, in milliseconds since the epoch; Infinity for never. */
	deadline: number;
	/** Whether a run that asks for a review is returned instead of waited for. */
	returnReviews: boolean;
	/** The run as it ended, when it has been read already. */
	ended?: RunDetails;
}

export interface WaitSettings {
	/** Longest pause between two checks, in milliseconds. */
	longestIntervalMs: number;
	/** Called once for each wait, by its position, when it is over; false ends all of them. */
	onSettled?: (index: number, result: WaitResult) => boolean;
}

/** How the waiting for one run ended. */
export type WaitResult =
	| { ended: 'final' | 'review' | 'timeLimit'; run: RunDetails }
	/** Deleted meanwhile, not visible to this credential, or AutoGPT is out of reach. */
	| { ended: 'unreadable'; reason: PlatformError };

/** Which of many runs are still open, by one list. A single run is not listed. */
export async function openRuns(
	client: AutoGptClient,
	awaited: Array<Pick<AwaitedRun, 'id' | 'graphId'>>,
): Promise<Map<string, Run>> {
	const wanted = new Set(awaited.map(({ id }) => id));
	const found = new Map<string, Run>();
	if (wanted.size <= 1) return found;
	const graphs = new Set(awaited.map(({ graphId }) => graphId));
	const [graphId] = graphs.size === 1 ? graphs : [undefined];
	const query = { statuses: OPEN_STATUSES, ...(graphId ? { graph_id: graphId } : {}) };
	for await (const run of eachRow(client, 'listRuns', { query })) {
		if (!wanted.delete(run.id)) continue;
		// Older servers list finished runs, too (contract: behaviour.md section 1).
		if (!isFinal(run)) found.set(run.id, run);
		if (wanted.size === 0) break;
	}
	return found;
}

/** What the run means for one wait for it; undefined when that goes on. */
function resultOf(
	answer: RunDetails | PlatformError,
	{ deadline, returnReviews }: AwaitedRun,
	now: number,
	hasReviews: boolean,
): WaitResult | undefined {
	if (answer instanceof PlatformError) return { ended: 'unreadable', reason: answer };
	if (isFinal(answer)) return { ended: 'final', run: answer };
	// Where reviews can be seen by nobody here, waiting for their answers is for nothing.
	const isAsked = returnReviews || !hasReviews;
	if (answer.status === 'REVIEW' && isAsked) return { ended: 'review', run: answer };
	return now >= deadline ? { ended: 'timeLimit', run: answer } : undefined;
}

/** Until when a wait goes on while AutoGPT is out of reach. */
function retryDeadlineOf({ deadline }: AwaitedRun, silentSince: number): number {
	return Number.isFinite(deadline) ? deadline : silentSince + LONGEST_SILENCE_MS;
}

/** The waits of one call: which are over, and how they ended. */
class Waits {
	readonly results: Array<WaitResult | undefined>;

	private goesOn = true;

	/** Since when a run could not be read, by its ID. */
	private readonly silentSince = new Map<string, number>();

	constructor(
		private readonly client: AutoGptClient,
		private readonly runs: AwaitedRun[],
		private readonly onSettled: WaitSettings['onSettled'],
	) {
		this.results = new Array<WaitResult | undefined>(runs.length).fill(undefined);
	}

	/** Waits that are not over; none once all of them are to end. */
	open(): AwaitedRun[] {
		return this.goesOn ? this.runs.filter((_, index) => !this.results[index]) : [];
	}

	/** Takes up the runs that have been read after their end already. */
	settleEnded(): void {
		for (const { id, ended } of this.runs) if (ended) this.settle(id, ended, Date.now());
	}

	/** Checks all runs once: reads those that left the list, and those that have timed out. */
	async check(): Promise<void> {
		const open = this.open();
		const listed = await this.list(open);
		if (listed instanceof PlatformError) {
			for (const id of new Set(open.map(({ id }) => id))) this.settle(id, listed, Date.now());
			return;
		}
		const due = open.filter(({ id, deadline, returnReviews }) => {
			const run = listed.get(id);
			return !run || Date.now() >= deadline || (run.status === 'REVIEW' && returnReviews);
		});
		const graphs = new Map(due.map(({ id, graphId }) => [id, graphId]));
		const { listsRuns, readsAtOnce } = this.client.polling;
		await mapBounded([...graphs], readsAtOnce, async ([id, graphId]) => {
			// Without a list a check of many runs takes minutes.
			if (!listsRuns && !this.goesOn) return;
			const now = Date.now();
			this.settle(id, await readRun(this.client, id, graphId).catch(asAnswer), now);
		});
	}

	/** Which runs are open, by a list; none where the server has no list, so that each is read. */
	private async list(open: AwaitedRun[]): Promise<Map<string, Run> | PlatformError> {
		if (!this.client.polling.listsRuns) return new Map();
		const listed = await openRuns(this.client, open).catch(asAnswer);
		// Only this request may have shown that there is no list.
		return isLack(listed) && !this.client.polling.listsRuns ? new Map() : listed;
	}

	/** Notes since when a run could not be read; undefined when it just was. */
	private noteSilence(id: string, answer: RunDetails | PlatformError, now: number) {
		if (!(answer instanceof PlatformError) || !mayPass(answer)) {
			this.silentSince.delete(id);
			return undefined;
		}
		const since = this.silentSince.get(id) ?? now;
		this.silentSince.set(id, since);
		return since;
	}

	private settle(id: string, answer: RunDetails | PlatformError, now: number): void {
		const silentSince = this.noteSilence(id, answer, now);
		this.runs.forEach((run, index) => {
			if (run.id !== id || this.results[index]) return;
			if (silentSince !== undefined && now < retryDeadlineOf(run, silentSince)) return;
			const result = resultOf(answer, run, now, this.client.polling.hasReviews);
			if (!result) return;
			this.results[index] = result;
			if (this.onSettled?.(index, result) === false) this.goesOn = false;
		});
	}
}

/**
 * Waits for many runs together: one list per check however many are open (per hundred), and one
 * read for each that has left it. A single run is read directly, which is its final read, too.
 *
 * @returns how each wait ended, by position; undefined where another one ended them all
 * @throws what Stop in n8n raises
 */
export async function waitForRuns(
	client: AutoGptClient,
	runs: AwaitedRun[],
	{ longestIntervalMs, onSettled }: WaitSettings,
): Promise<Array<WaitResult | undefined>> {
	const waits = new Waits(client, runs, onSettled);
	waits.settleEnded();
	let interval = Math.min(client.polling.firstPauseMs, longestIntervalMs);
	for (let open = waits.open(); open.length > 0; open = waits.open()) {
		const nextDeadline = Math.min(...open.map(({ deadline }) => deadline));
		const pause = Math.max(0, Math.min(interval, nextDeadline - Date.now()));
		await sleep(pause, client.cancelSignal);
		const { growth, longestPauseMs } = client.polling;
		interval = Math.min(interval * growth, longestPauseMs, longestIntervalMs);
		await waits.check();
	}
	return waits.results;
}
