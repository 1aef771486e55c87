import { sleep } from 'n8n-workflow';

/** What the server last said of one of its limits (contract: behaviour.md section 6). */
interface Allowance {
	/** What a whole window holds, once the server has told. */
	limit: number;
	/** The lowest count that the server told of this window; all of it before it told anything. */
	remaining: number;
	/** Whether the server has told anything of this window. */
	isTold: boolean;
	/** When the window ends, in milliseconds since the epoch on our own clock. */
	resetsAt: number;
	/** Requests under way, which the count may or may not include. */
	inFlight: number;
	/** Requests answered since the count was told, by answers that told another limit's. */
	untold: number;
}

/** The limit that every request spends; endpoints with one of their own spend both. */
export const GLOBAL_LIMIT = 'all requests';

/** A limit of which the server has told nothing. */
const UNKNOWN = { limit: Infinity, remaining: Infinity, isTold: false, resetsAt: 0 };

/** No limit of the API is for less than a minute (section 6). */
const SHORTEST_WINDOW_MS = 60_000;
const MARGIN_MS = 250;
/** The end of a window is told to the second. */
const SAME_WINDOW_MS = 2_000;
const SPREAD_MS = 500;
/** How soon to look again when only requests under way stand in the way. */
const ANSWER_WAIT_MS = 20;

function headerNumber(headers: Record<string, unknown>, name: string): number | undefined {
	const value = Number(headers[name]);
	return headers[name] !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/**
 * Keeps requests of one account within its limits before they bite, by the `X-RateLimit-*` headers
 * of the answers. Workers that share the account see each other's spending in those headers.
 */
export class RateLimiter {
	private readonly allowances = new Map<string, Allowance>();

	private allowance(limit: string): Allowance {
		let allowance = this.allowances.get(limit);
		if (!allowance) {
			allowance = { ...UNKNOWN, inFlight: 0, untold: 0 };
			this.allowances.set(limit, allowance);
		}
		const now = Date.now();
		if (now >= allowance.resetsAt) {
			allowance.remaining = allowance.limit;
			allowance.isTold = false;
			allowance.resetsAt = now + SHORTEST_WINDOW_MS;
			allowance.untold = 0;
		}
		return allowance;
	}

	/** Milliseconds until every one of `limits` has room; 0 when it has now. */
	private waitFor(limits: readonly string[]): number {
		const waits = limits.map((limit) => {
			const { remaining, isTold, resetsAt, inFlight, untold } = this.allowance(limit);
			if (remaining - untold - inFlight > 0) return 0;
			if (remaining - untold > 0) return ANSWER_WAIT_MS;
			// The answers under way will tell how much the new window still holds.
			if (!isTold) return inFlight > 0 ? ANSWER_WAIT_MS : 0;
			return resetsAt - Date.now() + MARGIN_MS + Math.random() * SPREAD_MS;
		});
		return Math.max(0, ...waits);
	}

	/**
	 * Waits until one more request fits, and counts it.
	 *
	 * @param limits names of the limits that the request spends
	 * @param signal ends the wait when the user presses Stop
	 */
	async admit(limits: readonly string[], signal?: AbortSignal): Promise<void> {
		for (let wait = this.waitFor(limits); wait > 0; wait = this.waitFor(limits)) {
			await sleep(wait, signal);
		}
		for (const limit of limits) this.allowance(limit).inFlight += 1;
	}

	/**
	 * Notes the end of an admitted request.
	 *
	 * @param limits as given to `admit`; the answer's headers describe the last of them
	 * @param headers of the answer, lower-case names; none after a network failure
	 */
	settle(limits: readonly string[], headers?: Record<string, unknown>): void {
		const described = limits[limits.length - 1];
		for (const limit of limits) {
			const allowance = this.allowance(limit);
			allowance.inFlight -= 1;
			allowance.untold += 1;
		}
		if (!headers || described === undefined) return;
		const allowance = this.allowance(described);
		const remaining = headerNumber(headers, 'x-ratelimit-remaining');
		const resetSeconds = headerNumber(headers, 'x-ratelimit-reset');
		if (remaining === undefined || resetSeconds === undefined) {
			// Without its counter store the server tells and limits nothing.
			if (!allowance.isTold) Object.assign(allowance, UNKNOWN);
			return;
		}
		allowance.limit = headerNumber(headers, 'x-ratelimit-limit') || Infinity;
		this.note(allowance, remaining, Date.now() + resetSeconds * 1000);
	}

	private note(allowance: Allowance, remaining: number, resetsAt: number): void {
		const isSameWindow = Math.abs(resetsAt - allowance.resetsAt) < SAME_WINDOW_MS;
		// Answers overtake each other: one of the window before tells nothing any more, and within
		// one window the lowest count is the newest.
		if (allowance.isTold && !isSameWindow && resetsAt < allowance.resetsAt) return;
		if (allowance.isTold && isSameWindow && remaining > allowance.remaining) return;
		allowance.remaining = remaining;
		allowance.isTold = true;
		allowance.untold = 0;
		allowance.resetsAt = resetsAt;
	}
}

const pacers = new Map<string, RateLimiter>();

/** The pacer that all nodes of this n8n process share for one account. */
export function rateLimiterFor(credentialKey: string): RateLimiter {
	let pacer = pacers.get(credentialKey);
	if (!pacer) {
		pacer = new RateLimiter();
		pacers.set(credentialKey, pacer);
	}
	return pacer;
}
