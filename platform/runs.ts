import { sleep } from 'n8n-workflow';

import type { PlatformClient } from './client';
import { mapBounded } from './concurrency';
import { acceptStatus, PlatformError } from './errors';
import { eachRow, readList } from './pages';
import type { Review, Run, RunDetails, RunStatus } from './types';

/** Statuses in which a run still moves; one that we do not know counts as such, too. */
export const OPEN_STATUSES: RunStatus[] = ['INCOMPLETE', 'QUEUED', 'RUNNING', 'REVIEW'];
const FINAL_STATUSES: readonly string[] = ['COMPLETED', 'FAILED', 'TERMINATED'];

const STOP_TIMEOUT_MS = 45_000;
const FIRST_TICK_MS = 400;
const GROWTH = 1.5;
const READS_AT_ONCE = 8;

/** Whether a run has come to its end. */
export function isFinal(run: Pick<Run, 'status'>): boolean {
	return FINAL_STATUSES.includes(run.status);
}

/** Reads one run with its outputs. */
export async function readRun(client: PlatformClient, runId: string): Promise<RunDetails> {
	return await client.call('getRun', { path: { run_id: runId } });
}

/** Reads the reviews of a run that wait for a person, oldest first. */
export async function readWaitingReviews(client: PlatformClient, runId: string): Promise<Review[]> {
	const query = { run_id: runId, status: 'WAITING' as const };
	const reviews = await readList(client, 'listReviews', { query });
	return reviews
		.filter((review) => review.run_id === runId && review.status === 'WAITING')
		.sort((a, b) => Date.parse(a.requested_at) - Date.parse(b.requested_at));
}

/**
 * Stops a run and everything that it started. A run that has finished already is left as it is
 * (contract: behaviour.md section 9, Stop).
 *
 * @returns the run as it is then, perhaps still RUNNING for a moment
 */
export async function stopRun(
	client: PlatformClient,
	runId: string,
): Promise<{ run: Run; wasFinished: boolean }> {
	const answer = await client
		.call('stopRun', { path: { run_id: runId }, timeoutMs: STOP_TIMEOUT_MS })
		.catch(acceptStatus(409, 500));
	if (!(answer instanceof PlatformError)) return { run: answer, wasFinished: false };
	const run = await readRun(client, runId);
	if (!isFinal(run)) throw answer;
	return { run, wasFinished: answer.status === 409 };
}

/** A run that is waited for. */
export interface AwaitedRun {
	id: string;
	/** When given for all runs and the same, the list is asked for this graph only. */
	graphId?: string;
	/** When the waiting for it ends, in milliseconds since the epoch; Infinity for never. */
	deadline: number;
	/** Whether a run that asks for a review is handed out instead of waited for. */
	handOutReviews: boolean;
}

export interface WaitSettings {
	/** Longest pause between two looks, in milliseconds. */
	longestIntervalMs: number;
	/** Called once for each run as soon as its waiting is over; false ends the waiting for all. */
	onSettled?: (id: string, result: WaitResult) => boolean | void;
}

/** How the waiting for one run ended. */
export type WaitResult =
	| { ended: 'final' | 'review' | 'timeLimit'; run: RunDetails }
	/** Deleted meanwhile, or never visible to this credential. */
	| { ended: 'unreadable'; reason: PlatformError };

/** One look at many runs: which of them are still open, by one list. */
async function openRuns(client: PlatformClient, awaited: AwaitedRun[]): Promise<Map<string, Run>> {
	const wanted = new Set(awaited.map(({ id }) => id));
	const graphs = new Set(awaited.map(({ graphId }) => graphId));
	const [graphId] = graphs.size === 1 ? graphs : [undefined];
	const query = { statuses: OPEN_STATUSES, ...(graphId ? { graph_id: graphId } : {}) };
	const found = new Map<string, Run>();
	for await (const run of eachRow(client, 'listRuns', { query })) {
		if (wanted.has(run.id)) found.set(run.id, run);
		if (found.size === wanted.size) break;
	}
	return found;
}

/**
 * Waits for many runs together: one list per look however many are open (per hundred), and one
 * read for each that has left it. A single run is read directly, which is its final read, too.
 *
 * @returns how it ended for each run, by ID
 * @throws PlatformError when AutoGPT cannot be reached, or what Stop in n8n raises
 */
export async function waitForRuns(
	client: PlatformClient,
	runs: AwaitedRun[],
	settings: WaitSettings,
): Promise<Map<string, WaitResult>> {
	const results = new Map<string, WaitResult>();
	let open = [...new Map(runs.map((run) => [run.id, run])).values()];
	let goOn = true;
	let interval = Math.min(FIRST_TICK_MS, settings.longestIntervalMs);

	const settle = (id: string, result: WaitResult) => {
		results.set(id, result);
		if (settings.onSettled?.(id, result) === false) goOn = false;
	};
	const look = async (run: AwaitedRun) => {
		const expired = Date.now() >= run.deadline;
		const result = await lookAt(client, run.id);
		if (result.ended === 'unreadable') return settle(run.id, result);
		const status = result.run.status;
		if (isFinal(result.run)) return settle(run.id, { ended: 'final', run: result.run });
		if (status === 'REVIEW' && run.handOutReviews) {
			return settle(run.id, { ended: 'review', run: result.run });
		}
		if (expired) settle(run.id, { ended: 'timeLimit', run: result.run });
	};

	while (open.length > 0 && goOn) {
		const nextDeadline = Math.min(...open.map(({ deadline }) => deadline));
		const pause = Math.max(0, Math.min(interval, nextDeadline - Date.now()));
		await sleep(pause, client.cancelSignal);
		interval = Math.min(interval * GROWTH, settings.longestIntervalMs);
		const listed = open.length > 1 ? await openRuns(client, open) : new Map<string, Run>();
		const toRead = open.filter(({ id, deadline, handOutReviews }) => {
			const run = listed.get(id);
			return !run || Date.now() >= deadline || (run.status === 'REVIEW' && handOutReviews);
		});
		await mapBounded(toRead, READS_AT_ONCE, look);
		open = open.filter(({ id }) => !results.has(id));
	}
	return results;
}

async function lookAt(client: PlatformClient, runId: string): Promise<WaitResult> {
	const run = await readRun(client, runId).catch(acceptStatus(404));
	return run instanceof PlatformError
		? { ended: 'unreadable', reason: run }
		: { ended: 'final', run };
}
