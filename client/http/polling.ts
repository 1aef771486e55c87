/** How runs are waited for with an API. */
export interface Polling {
	/** Pause before the first check, in milliseconds. */
	firstPauseMs: number;
	/** What each pause is longer by than the one before. */
	growth: number;
	/** No pause is longer, whatever the user allows, in milliseconds. */
	longestPauseMs: number;
	/** Whether a list tells which of many runs are open; else each is read. */
	listsRuns: boolean;
	/** Runs that are read at the same time. */
	readsAtOnce: number;
	/** Whether reviews can be read and answered, so that a run that asks may go on by itself. */
	hasReviews: boolean;
}

/** The pause before a check is about a fifth of the time so far: ends are noticed that soon. */
export const V2_POLLING: Polling = {
	firstPauseMs: 400,
	growth: 1.2,
	longestPauseMs: Infinity,
	listsRuns: true,
	readsAtOnce: 8,
	hasReviews: true,
};

/** Requests are scarce with API v1, and nothing is listed (contract: v1.md section 6, Waiting). */
export const V1_POLLING: Polling = {
	firstPauseMs: 2_000,
	growth: 1.5,
	longestPauseMs: 15_000,
	listsRuns: false,
	readsAtOnce: 1,
	hasReviews: false,
};
