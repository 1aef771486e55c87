import type { Priority } from '../contract/calls';
import { monotonicNow } from '../util/monotonic';
import { resetInMs } from '../util/resets';
import { cancelSignals } from './cancelSignals';
import { pause } from './pause';

/** What the server last reported of one of its limits (contract: behaviour.md section 6). */
interface LimitState {
	/** Requests that a whole window holds, once the server has reported it. */
	limit: number;
	/** The lowest remaining count reported for this window; before any report, what is expected. */
	remaining: number;
	/** Whether the server has reported anything for this window. */
	isReported: boolean;
	/** When the window ends, by a clock that nobody puts back. */
	resetsAt: number;
	/** Requests under way, which the count may or may not include. */
	inFlight: number;
	/** Requests finished since the last report, whose responses reported another limit. */
	unreported: number;
	/** Requests of this process in this window, by what they are for. */
	sent: Record<Priority, number>;
	/** Requests of the window before that were not there to watch runs, by whomever. */
	othersBefore: number;
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

interface Rule {
	/** Who goes first where not all fit. */
	rank: number;
	/** The share of a window that is left to those before it. */
	leaves: number;
	/** The share of a window that is there for it first, so that it does not wait for ever. */
	guaranteed: number;
}

const RULES: Readonly<Record<Priority, Rule>> = {
	write: { rank: 1, leaves: 0, guaranteed: 0.05 },
	read: { rank: 2, leaves: 0, guaranteed: 0.05 },
	watch: { rank: 3, leaves: 0.15, guaranteed: 0.05 },
	// A poll of the trigger reads lists before the first run that it reports.
	background: { rank: 4, leaves: 0.5, guaranteed: 0.15 },
};
/** What checks of runs may take of all that others leave of a window, evenly over its time, … */
const WATCH_SHARE = 0.4;
/** … where others leave next to nothing, … */
const LEAST_LEFT = 0.1;
/** … and how many may come at once after a quiet time. */
const WATCH_BURST = 12;

function noneSent(): Record<Priority, number> {
	return { write: 0, read: 0, watch: 0, background: 0 };
}

function headerNumber(headers: Record<string, unknown>, name: string): number | undefined {
	const value = Number(headers[name]);
	return headers[name] !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Requests that wait for the same limits and for the same kind of thing, in order. */
interface Lane {
	limits: readonly string[];
	priority: Priority;
	waiting: Set<() => void>;
}

function keyOf({ limits, priority }: Pick<Lane, 'limits' | 'priority'>): string {
	return [priority, ...limits].join(' ');
}

/** Spreads the checks of runs over the window, quickly after a quiet time. */
class WatchPace {
	private tokens = WATCH_BURST;

	private filledAt = -Infinity;

	/** Milliseconds until one more check fits, at so many a millisecond. */
	waitMs(now: number, rate: number): number {
		if (!Number.isFinite(rate)) return 0;
		this.tokens = Math.min(WATCH_BURST, this.tokens + Math.max(0, now - this.filledAt) * rate);
		this.filledAt = now;
		return this.tokens >= 1 ? 0 : Math.ceil((1 - this.tokens) / rate);
	}

	take(): void {
		this.tokens = Math.max(0, this.tokens - 1);
	}
}

/**
 * Keeps the requests of one account within its rate limits before the server refuses any, by the
 * `X-RateLimit-*` headers of the responses. Workers that share the account see each other's requests
 * in those headers, and leave each other what the window before has shown them to need.
 *
 * Where not all fit, starts and other writes go first, then reads of what a user waits for, then
 * checks whether runs have ended, then the trigger and the editor. These two leave the others their
 * share of each window, and each kind has a small share that the others cannot take.
 */
export class RateLimiter {
	private readonly states = new Map<string, LimitState>();

	private readonly lanes = new Map<string, Lane>();

	private readonly watchPace = new WatchPace();

	/** Rings when the next who waits may go, or once nobody waits. */
	private alarm?: { at: number; bell: AbortController };

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
		return this.lanes.size > 0 || [...this.states.values()].some(({ inFlight }) => inFlight > 0);
	}

	/**
	 * Waits until one more request fits, and counts it.
	 *
	 * @param limits names of the limits that the request counts against
	 * @param signal ends the wait when the user presses Stop
	 * @throws the signal's reason
	 */
	async acquire(
		limits: readonly string[],
		signal?: AbortSignal,
		priority: Priority = 'read',
	): Promise<void> {
		signal?.throwIfAborted();
		let leave: () => void = () => undefined;
		const turn = new Promise<boolean>((resolve) => {
			const lane = this.laneOf(limits, priority);
			const admit = () => resolve(true);
			lane.waiting.add(admit);
			if (!signal) return;
			leave = cancelSignals.on(signal, () => {
				this.remove(lane, admit);
				this.setAlarm();
				resolve(false);
			});
		});
		this.admit();
		const isAdmitted = await turn;
		leave();
		if (signal?.aborted && isAdmitted) this.release(limits);
		signal?.throwIfAborted();
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
		this.admit();
	}

	private laneOf(limits: readonly string[], priority: Priority): Lane {
		const key = keyOf({ limits, priority });
		const lane = this.lanes.get(key) ?? { limits, priority, waiting: new Set<() => void>() };
		this.lanes.set(key, lane);
		return lane;
	}

	private remove(lane: Lane, admit: () => void): void {
		lane.waiting.delete(admit);
		if (lane.waiting.size === 0) this.lanes.delete(keyOf(lane));
	}

	/** Lets through all who fit now, and has the next one looked at in time. */
	private admit(): void {
		for (let lane = this.nextLane(); lane; lane = this.nextLane()) {
			const [admit] = lane.waiting;
			if (!admit) return;
			this.remove(lane, admit);
			for (const limit of lane.limits) {
				const state = this.current(limit);
				state.inFlight += 1;
				state.sent[lane.priority] += 1;
			}
			if (lane.priority === 'watch') this.watchPace.take();
			admit();
		}
		this.setAlarm();
	}

	/** Of those with room for one more now, the one that goes first. */
	private nextLane(): Lane | undefined {
		let next: Lane | undefined;
		for (const lane of this.lanes.values()) {
			if (this.waitFor(lane) > 0) continue;
			if (!next || this.rankOf(lane) < this.rankOf(next)) next = lane;
		}
		return next;
	}

	private rankOf({ limits, priority }: Lane): number {
		const isGuaranteed = limits.every((limit) => this.isGuaranteed(limit, priority));
		return isGuaranteed ? 0 : RULES[priority].rank;
	}

	/** Whether a kind has not yet had what each window has for it first. */
	private isGuaranteed(name: string, priority: Priority): boolean {
		const { limit, sent } = this.current(name);
		return (
			Number.isFinite(limit) && sent[priority] < Math.max(1, limit * RULES[priority].guaranteed)
		);
	}

	private setAlarm(): void {
		const waits = [...this.lanes.values()].map((lane) => this.waitFor(lane));
		const at = this.now() + Math.min(...waits);
		if (this.alarm && this.alarm.at <= at && waits.length > 0) return;
		this.alarm?.bell.abort();
		this.alarm = undefined;
		// Requests under way let the next one through when they end.
		if (!Number.isFinite(at)) return;
		const alarm = { at, bell: new AbortController() };
		this.alarm = alarm;
		void pause(Math.max(0, at - this.now()), alarm.bell.signal).then(
			() => {
				if (this.alarm === alarm) this.alarm = undefined;
				this.admit();
			},
			() => undefined,
		);
	}

	/** The state of a limit in the window that is open now. */
	private current(limit: string): LimitState {
		let state = this.states.get(limit);
		if (!state) {
			state = { ...UNKNOWN, inFlight: 0, unreported: 0, sent: noneSent(), othersBefore: 0 };
			this.states.set(limit, state);
		}
		const now = this.now();
		if (now >= state.resetsAt) {
			const isNext = now - state.resetsAt < SHORTEST_WINDOW_MS;
			state.othersBefore = isNext ? othersIn(state) : 0;
			// What other workers took of the last window, they may want of this one.
			state.remaining = state.limit - (isNext ? foreignIn(state) : 0);
			state.isReported = false;
			state.resetsAt = now + SHORTEST_WINDOW_MS;
			state.unreported = 0;
			state.sent = noneSent();
		}
		return state;
	}

	/**
	 * Milliseconds until a lane has room in each of its limits; 0 when it has now, and Infinity where
	 * the next response is to be awaited.
	 */
	private waitFor({ limits, priority }: Lane): number {
		const waits = limits.map((name) => {
			const { limit, remaining, isReported, resetsAt, inFlight, unreported } = this.current(name);
			const mayTakeAll = !Number.isFinite(limit) || this.isGuaranteed(name, priority);
			const room = remaining - unreported - (mayTakeAll ? 0 : RULES[priority].leaves * limit);
			if (room - inFlight > 0) return 0;
			if (room > 0) return Infinity;
			// The responses under way will report how much the new window still holds.
			if (!isReported) return inFlight > 0 ? Infinity : 0;
			return resetsAt - this.now() + MARGIN_MS + Math.random() * SPREAD_MS;
		});
		if (priority === 'watch') waits.push(this.watchPace.waitMs(this.now(), this.watchRate()));
		return Math.max(0, ...waits);
	}

	/** Checks of runs that may be sent a millisecond. */
	private watchRate(): number {
		const state = this.current(GLOBAL_LIMIT);
		const others = Math.max(state.othersBefore, othersIn(state));
		const left = Math.max(state.limit - others, state.limit * LEAST_LEFT);
		return (left * WATCH_SHARE) / SHORTEST_WINDOW_MS;
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

function sumOf({ write, read, watch, background }: Record<Priority, number>): number {
	return write + read + watch + background;
}

/** Requests that others than this process had in a window, as far as the server has reported it. */
function foreignIn({ limit, remaining, isReported, sent, inFlight }: LimitState): number {
	if (!isReported || !Number.isFinite(limit)) return 0;
	return Math.min(limit, Math.max(0, limit - remaining - (sumOf(sent) - inFlight)));
}

/** Requests that are not checks of runs in a window, by whomever. */
function othersIn(state: LimitState): number {
	return foreignIn(state) + sumOf(state.sent) - state.sent.watch;
}
