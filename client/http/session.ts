import { isLack, PlatformError } from '../errors/platformError';
import { KEPT_MS } from '../process/keptReads';
import { monotonicNow } from '../util/monotonic';

/**
 * What one execution of a node has learned of its AutoGPT server. The client that was opened for it
 * and every client derived from that one share it, so that nothing is asked for twice.
 */
export class Session {
	/** The server's clock minus our own, in milliseconds, by its last response. */
	clockOffsetMs = 0;

	/** Whether a response has named the server's time. */
	isClockKnown = false;

	/** Whether a response has told the rate limit, as all do but those of the oldest servers. */
	showsLimits = false;

	/** When it began, by the clock of `monotonicNow`. */
	readonly openedAt = monotonicNow();

	/** Answers count that were asked for then or later. */
	private since = this.openedAt;

	private hasOlderAnswers = false;

	private readonly parts = new Map<new () => object, object>();

	/** From when on answers count that other executions got, by the clock of `monotonicNow`. */
	get answersSince(): number {
		return this.since;
	}

	/** From when on answers count where only those do that were asked for in this execution. */
	get freshSince(): number {
		return Math.max(this.since, this.openedAt);
	}

	/** The time from which on answers of other executions may count at all. */
	get keptSince(): number {
		return this.openedAt - KEPT_MS;
	}

	/**
	 * Lets answers count that others got shortly before this execution began. Whoever allows that
	 * reads afresh before anything is refused, or chosen, because of one.
	 */
	acceptKept(): void {
		this.since = this.keptSince;
	}

	/** Whether such answers count now. */
	get acceptsKept(): boolean {
		return this.since < this.openedAt;
	}

	/** Whether any such answer has counted so far. */
	get hasUsedKept(): boolean {
		return this.hasOlderAnswers;
	}

	/** From now on only answers count that were asked for at that time or later. */
	readAfresh(since = this.openedAt): void {
		this.since = Math.max(this.since, since);
	}

	/** Notes when an answer was asked for that counted here, and what it told of the server. */
	noteAnswer(
		askedAt: number,
		{ clockOffsetMs, showsLimits }: { clockOffsetMs: number | undefined; showsLimits: boolean },
	): void {
		if (askedAt < this.openedAt) this.hasOlderAnswers = true;
		if (showsLimits) this.showsLimits = true;
		if (this.isClockKnown || clockOffsetMs === undefined) return;
		this.clockOffsetMs = clockOffsetMs;
		this.isClockKnown = true;
	}

	/** The session's own instance of a class that keeps answers; made when it is first asked for. */
	of<T extends object>(kind: new () => T): T {
		const known = this.parts.get(kind);
		if (known instanceof kind) return known;
		const part = new kind();
		this.parts.set(kind, part);
		return part;
	}
}

/**
 * Keeps answers by their keys, so that each is asked for once, however many ask at the same time.
 * AutoGPT's refusal is an answer, too. What Stop cut off is not, nor what the server lacks, which may
 * be updated while the execution goes on and costs no request to find out: both are asked for again.
 */
export class Answers<T> {
	private readonly byKey = new Map<string, Promise<T>>();

	/** The answer under `key`; `ask` is called when there is none. */
	async get(key: string, ask: () => Promise<T>): Promise<T> {
		const known = this.byKey.get(key);
		if (known) return await known;
		const asked = ask();
		this.byKey.set(key, asked);
		asked.catch((error: unknown) => {
			if (!(error instanceof PlatformError) || isLack(error)) this.forget(key);
		});
		return await asked;
	}

	/** Makes the next one who wants this answer ask again. */
	forget(key: string): void {
		this.byKey.delete(key);
	}
}
