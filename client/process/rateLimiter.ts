import { sleep } from '../compat/sleep';
import { monotonicNow } from '../util/monotonic';
import { resetInMs } from '../util/resets';

/** What the server last reported of one of its limits (contract: behaviour.md section 6). */
interface LimitState {
	/** Requests that a whole window holds, once the server has reported it. */
	limit: number;
	/** The lowest remaining count reported for this window; the whole window before any report. */
	remaining: number;
	/** Whether the server has reported anything for this window. */
	isReported: boolean;
	/** When the window ends, by a clock that nobody puts back. */
	resetsAt: number;
	/** Requests under way, which the count may or may not include. */
	inFlight: number;
	/** Requests finished since the last report, whose responses reported another limit. */
	unreported: number;
}

/** The limit that every request counts against; endpoints with one of their own count against both. */
export const GLOBAL_LIMIT = 'all requests';

/** A limit of which the server has reported nothing. */
const UNKNOWN = { limit: Infinity, remaining: Infinity, isReported: false, resetsAt: 0 };

/** No limit of the API is for less than a minute (section 6). */
const SHORTEST_WINDOW_MS = 60_000;
const MARGIN_MS = 250;
/** The end of a window is reported to the second. */
const SAME_WINDOW_MS = 2_000;
const SPREAD_MS = 500;
/** How soon to check again when only requests under way stand in the way. */
const RECHECK_MS = 20;

function headerNumber(headers: Record<string, unknown>, name: string): number | undefined {
	const value = Number(headers[name]);
	return headers[name] !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/**
 * Keeps the requests of one account within its rate limits before the server refuses any, by the
 * `X-RateLimit-*` headers of the responses. Workers that share the account see each other's requests
 * in those headers.
 */
export class RateLimiter {
	private readonly states = new Map<string, LimitState>();

	private waiting = 0;

	private credentialKnown = false;

	/** @param now milliseconds on a clock that never goes back */
	constructor(private readonly now: () => number = monotonicNow) {}

	/** Whether AutoGPT took the credential when it last looked at it. */
	get isCredentialKnown(): boolean {
		return this.credentialKnown;
	}

	/** Notes by the status of a response whether AutoGPT took the credential. */
	noteCredential(status: number | undefined): void {
		if (status === 401) this.credentialKnown = false;
		if (status !== undefined && status < 400) this.credentialKnown = true;
	}

	/** Whether requests wait for their turn, or for their responses. */
	get isInUse(): boolean {
		return this.waiting > 0 || [...this.states.values()].some(({ inFlight }) => inFlight > 0);
	}

	/**
	 * Waits until one more request fits, and counts it.
	 *
	 * @param limits names of the limits that the request counts against
	 * @param signal ends the wait when the user presses Stop
	 */
	async acquire(limits: readonly string[], signal?: AbortSignal): Promise<void> {
		this.waiting += 1;
		try {
			for (let wait = this.waitFor(limits); wait > 0; wait = this.waitFor(limits)) {
				await sleep(wait, signal);
			}
		} finally {
			this.waiting -= 1;
		}
		for (const limit of limits) this.current(limit).inFlight += 1;
	}

	/**
	 * Notes the end of a request that was acquired.
	 *
	 * @param limits as given to `acquire`; the response's headers describe the last of them
	 * @param headers of the response, lower-case names; none after a network failure
	 */
	release(limits: readonly string[], headers?: Record<string, unknown>): void {
		for (const limit of limits) {
			const state = this.current(limit);
			state.inFlight -= 1;
			state.unreported += 1;
		}
		const described = limits[limits.length - 1];
		if (headers && described !== undefined) this.report(this.current(described), headers);
	}

	/** The state of a limit in the window that is open now. */
	private current(limit: string): LimitState {
		let state = this.states.get(limit);
		if (!state) {
			state = { ...UNKNOWN, inFlight: 0, unreported: 0 };
			this.states.set(limit, state);
		}
		const now = this.now();
		if (now >= state.resetsAt) {
			state.remaining = state.limit;
			state.isReported = false;
			state.resetsAt = now + SHORTEST_WINDOW_MS;
			state.unreported = 0;
		}
		return state;
	}

	/** Milliseconds until every one of `limits` has room; 0 when it has now. */
	private waitFor(limits: readonly string[]): number {
		const waits = limits.map((limit) => {
			const { remaining, isReported, resetsAt, inFlight, unreported } = this.current(limit);
			if (remaining - unreported - inFlight > 0) return 0;
			if (remaining - unreported > 0) return RECHECK_MS;
			// The responses under way will report how much the new window still holds.
			if (!isReported) return inFlight > 0 ? RECHECK_MS : 0;
			return resetsAt - this.now() + MARGIN_MS + Math.random() * SPREAD_MS;
		});
		return Math.max(0, ...waits);
	}

	private report(state: LimitState, headers: Record<string, unknown>): void {
		const remaining = headerNumber(headers, 'x-ratelimit-remaining');
		const resetMs = resetInMs(headers);
		if (remaining === undefined || resetMs === undefined) {
			// Without its counter store the server reports and limits nothing.
			if (!state.isReported) Object.assign(state, UNKNOWN);
			return;
		}
		state.limit = headerNumber(headers, 'x-ratelimit-limit') || Infinity;
		this.note(state, remaining, this.now() + resetMs);
	}

	private note(state: LimitState, remaining: number, resetsAt: number): void {
		const isSameWindow = Math.abs(resetsAt - state.resetsAt) < SAME_WINDOW_MS;
		// Responses overtake each other: one of the window before is out of date, and within one
		// window the lowest count is the newest.
		if (state.isReported && !isSameWindow && resetsAt < state.resetsAt) return;
		if (state.isReported && isSameWindow && remaining > state.remaining) return;
		state.remaining = remaining;
		state.isReported = true;
		state.unreported = 0;
		state.resetsAt = resetsAt;
	}
}
