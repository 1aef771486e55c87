import type { WatchRules } from '../process/runWatcher';

/** How runs are waited for with an API. */
export interface Polling extends WatchRules {
	/** Whether reviews can be read and answered, so that a run that asks may go on by itself. */
	hasReviews: boolean;
	/** How long a last look at a run may take once its time limit is over, in milliseconds. */
	lastLookMs: number;
}

/** The pause before a check is about a fifth of the time so far: ends are noticed that soon. */
export const V2_POLLING: Polling = {
	firstPauseMs: 400,
	growth: 1.2,
	longestPauseMs: Infinity,
	listsRuns: true,
	readsAtOnce: 8,
	hasReviews: true,
	lastLookMs: 3_000,
};

/** Requests are scarce with API v1, and nothing is listed (contract: v1.md section 6, Waiting). */
export const V1_POLLING: Polling = {
	firstPauseMs: 2_000,
	growth: 1.5,
	longestPauseMs: 15_000,
	listsRuns: false,
	readsAtOnce: 1,
	hasReviews: false,
	lastLookMs: 15_000,
};
