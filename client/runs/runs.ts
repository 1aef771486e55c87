import type { CallSettings } from '../contract/calls';
import type { AutoGptClient } from '../http/client';
import { endpoints } from '../contract/endpoints';
import { explainSilence } from '../errors/network';
import { acceptPassing, PlatformError } from '../errors/platformError';
import { doneBy } from '../http/doneBy';
import { readList } from '../http/pages';
import { waitBeforeRetry } from '../http/retry';
import type { Review, Run, RunDetails, RunStatus } from '../contract/types';
import { pause } from '../process/pause';

/** Statuses in which a run still moves; one that we do not know counts as such, too. */
export const OPEN_STATUSES: RunStatus[] = ['INCOMPLETE', 'QUEUED', 'RUNNING', 'REVIEW'];
/** Statuses in which a run has come to its end. */
export const FINAL_STATUSES: RunStatus[] = ['COMPLETED', 'FAILED', 'TERMINATED'];

/** AutoGPT takes about 15 s for a stop (contract: behaviour.md section 9). */
const STOP_TIMEOUT_MS = 30_000;
const STOP_TRIES = 3;
/** What a stop takes in all: a rate limit lasts a minute, and then it has to get through. */
const STOP_LIMIT_MS = 90_000;
/** A look whether a stop took effect. */
const STOP_LOOK = { timeoutMs: 10_000, maxTries: 2 } as const;
/** A list of reviews that takes longer is asked for again. */
const REVIEWS_TIMEOUT_MS = 30_000;

/** Whether a run has come to its end. */
export function isFinal(run: Pick<Run, 'status'>): boolean {
	return FINAL_STATUSES.some((status) => status === run.status);
}

/**
 * Reads one run with its outputs.
 *
 * @param graphId its graph, where that is known: older servers find no run without it
 */
export async function readRun(
	client: AutoGptClient,
	runId: string,
	graphId?: string,
	settings: CallSettings = {},
): Promise<RunDetails> {
	const graph = graphId === undefined ? {} : { graph: { graphId } };
	return await client.call('getRun', { ...settings, path: { run_id: runId }, ...graph });
}

/** Reads the reviews of a run that wait for a person, oldest first. */
export async function readWaitingReviews(client: AutoGptClient, runId: string): Promise<Review[]> {
	const query = { run_id: runId, status: 'WAITING' as const };
	const reviews = await readList(client, 'listReviews', { query, timeoutMs: REVIEWS_TIMEOUT_MS });
	return reviews
		.filter((review) => review.run_id === runId && review.status === 'WAITING')
		.sort((a, b) => Date.parse(a.requested_at) - Date.parse(b.requested_at));
}

/** How a run was stopped. */
export type Stopped =
	/** As it is then, perhaps still RUNNING for a moment. */
	| { run: Run; wasFinished: false }
	/** It came to its own end before the stop reached it. */
	| { run: RunDetails; wasFinished: true };

/**
 * Stops a run and everything that it started, within 90 seconds. A run that has finished already is
 * left as it is (contract: behaviour.md sections 1 and 9, Stop).
 *
 * @throws PlatformError with an unknown outcome where AutoGPT did not answer in that time
 */
export async function stopRun(client: AutoGptClient, runId: string): Promise<Stopped> {
	const until = Date.now() + STOP_LIMIT_MS;
	const stopped = await doneBy(client, until, async (cut) => await stopUntilClear(cut, runId));
	if (stopped) return stopped;
	const facts = { endpoint: endpoints.stopRun, path: { run_id: runId } };
	throw client.error(explainSilence({ ...facts, connection: client.connection }, 'ETIMEDOUT'));
}

/** Sends a stop until it is known what became of it. */
async function stopUntilClear(client: AutoGptClient, runId: string): Promise<Stopped> {
	for (let tries = 1; ; tries++) {
		const answer = await client
			.call('stopRun', { path: { run_id: runId }, timeoutMs: STOP_TIMEOUT_MS })
			.catch(acceptUnclearStop);
		if (!(answer instanceof PlatformError)) {
			// Older servers take the stop of a finished run, and answer with how it had ended.
			const hadEnded = isFinal(answer) && answer.status !== 'TERMINATED';
			if (!hadEnded) return { run: answer, wasFinished: false };
			return { run: await readRun(client, runId), wasFinished: true };
		}
		const run = await readRun(client, runId, undefined, STOP_LOOK).catch(acceptPassing);
		const isUnread = run instanceof PlatformError;
		if (isUnread && answer.status === 409) throw run;
		if (!isUnread && isFinal(run)) {
			const wasFinished = answer.status === 409 || run.status !== 'TERMINATED';
			return wasFinished ? { run, wasFinished } : { run, wasFinished };
		}
		// It goes on and costs money: a stop does no harm twice.
		if (answer.status === 409 || tries >= STOP_TRIES) throw answer;
		await pause(waitBeforeRetry({}, tries), client.cancelSignal);
	}
}

/** For `catch`: takes up a stop that came too late, or that may have been taken. */
function acceptUnclearStop(error: unknown): PlatformError {
	if (!(error instanceof PlatformError)) throw error;
	if (error.status === 409 || error.outcome === 'unknown') return error;
	throw error;
}
