/** How often a call may be sent again (contract: behaviour.md section 5, column Retry). */
export type Retryable =
	/** Reads: as often as they fail for a passing reason. */
	| 'read'
	/** Run start with an idempotency key. */
	| 'start'
	/** Any other write: only when it was refused before it happened. */
	| 'write';

/** What became of one attempt. */
export interface Attempt {
	/** HTTP status; undefined when there was no answer. */
	status?: number;
	/** True when the request certainly never reached the server. */
	neverSent?: boolean;
	/** Wait that the server asked for, in milliseconds. */
	retryAfterMs?: number;
}

export const MAX_TRIES = 5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 16_000;
const MINUTE_MS = 60_000;
const MINUTE_SPREAD_MS = 1_000;
/** What a wait is longer by at most than what the server asked for. */
export const LONGEST_JITTER_MS = 250;

/** Older servers do not report when their limits end: at the next minute (section 6). */
function untilNextMinute(): number {
	return MINUTE_MS - (Date.now() % MINUTE_MS);
}

/** Whether an attempt may be repeated without doing anything twice. */
export function mayRepeat(retryable: Retryable, { status, neverSent }: Attempt): boolean {
	if (status === 429 || neverSent) return true;
	if (retryable === 'write') return false;
	if (status === undefined || status >= 500) return true;
	return retryable === 'start' && status === 409;
}

/**
 * How long to wait before the next attempt.
 *
 * @param tries attempts made so far, from 1
 * @returns milliseconds: what the server asked for, else until a limit ends or exponential with
 * jitter
 */
export function waitBeforeRetry({ retryAfterMs, status }: Attempt, tries: number): number {
	if (retryAfterMs !== undefined) {
		return retryAfterMs + Math.random() * LONGEST_JITTER_MS;
	}
	if (status === 429) return untilNextMinute() + Math.random() * MINUTE_SPREAD_MS;
	const ceiling = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
	return ceiling / 2 + (Math.random() * ceiling) / 2;
}
