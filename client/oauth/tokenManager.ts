import { sleep } from 'n8n-workflow';

import type { StoredToken } from './token';
import { AccountNeedsReconnect, newTokenRefused, TokenUnavailable } from './renewal';

/** Where the gate reads the stored token, and how it gets a new one. */
export interface TokenSource {
	/** Reads the token that n8n stores now. */
	read(): Promise<StoredToken>;
	/** Asks AutoGPT for a new token, and stores it; or says why there is none. */
	renew(): Promise<StoredToken | TokenUnavailable>;
}

/** A request that is about to go through the gate. */
export interface GuardedRequest<T> {
	send(): Promise<T>;
	/** Whether AutoGPT did not accept the token; such a request had no effect. */
	isRefused(answer: T): boolean;
	/** False for a stream, which is gone once it was sent. */
	mayResend: boolean;
}

const PROVEN_FOR_MS = 60_000;
const MAX_RENEWALS = 2;
const HOLD_OFF_MS = 5_000;
/** A new token that is refused, too, is one of the five that AutoGPT bears in a minute. */
const REFUSED_HOLD_OFF_MS = 60_000;

/** A token for which there was no other. */
interface DeadToken {
	mark: string;
	reason: TokenUnavailable;
	/** Until then nobody asks for another one. */
	until: number;
}

/** How long the gate waits for what others may do; tests wait less. */
interface GatePatience {
	/** From then on another request tries the token, too: the first may never be answered. */
	scoutMs: number;
	/**
	 * Pauses before the store is read again after AutoGPT knew the refresh token no more: another
	 * process may have used it, and its answer may still be on the way.
	 */
	rereadAfterMs: readonly number[];
}

const PATIENCE: GatePatience = { scoutMs: 15_000, rereadAfterMs: [0, 1_000, 2_000, 4_000] };

/**
 * Keeps parallel work from presenting a dead token over and over: AutoGPT takes five such requests
 * a minute from an address, then refuses all (contract: behaviour.md sections 4 and 6). A token
 * near its end is renewed first; one not lately seen to work is tried by one request while the
 * others wait; one that AutoGPT refused is not presented again.
 */
export class TokenManager {
	private token?: StoredToken;

	private provenAt = -Infinity;

	/** A token that came from a renewal and that AutoGPT has not yet accepted. */
	private untriedMark?: string;

	/** The token that AutoGPT refused last. */
	private refusedMark?: string;

	private scout?: Promise<void>;

	private renewal?: Promise<void>;

	/** Why a token could not be renewed, so that not every item asks again. */
	private dead?: DeadToken;

	constructor(private readonly patience: GatePatience = PATIENCE) {}

	/** Whether requests wait for a token, or try one. */
	get isInUse(): boolean {
		return this.scout !== undefined || this.renewal !== undefined;
	}

	/** Whether the token was seen to work in the last minute, and still has time. */
	get isProven(): boolean {
		const now = Date.now();
		return (
			this.token !== undefined && now < this.token.renewAt && now - this.provenAt < PROVEN_FOR_MS
		);
	}

	/** Takes note of what n8n stores now: another process, or the user, may have changed it. */
	note(token: StoredToken | undefined): void {
		if (token && !this.renewal) this.adopt(token);
	}

	/**
	 * Sends a request with a token that is fit, and again after a renewal if it was refused.
	 *
	 * @throws TokenUnavailable when the token was refused, or is past its time, and there is no other
	 */
	async pass<T>(source: TokenSource, request: GuardedRequest<T>): Promise<T> {
		for (let renewals = 0; ; renewals++) {
			const { mark, leave } = await this.enter(source);
			try {
				const answer = await request.send();
				if (!request.isRefused(answer)) {
					this.prove(mark);
					return answer;
				}
				this.refuse(mark);
				if (renewals >= MAX_RENEWALS || mark === this.untriedMark) {
					this.giveUp(mark, newTokenRefused(), REFUSED_HOLD_OFF_MS);
					return answer;
				}
				await this.freshToken(source);
				if (!request.mayResend) return answer;
			} finally {
				leave();
			}
		}
	}

	private async enter(source: TokenSource): Promise<{ mark: string; leave: () => void }> {
		for (;;) {
			const { mark } = await this.freshToken(source);
			if (this.isProven) return { mark, leave: () => undefined };
			// A scout without an answer proves nothing: the next one goes, and the rest wait on.
			if (!this.scout) return { mark, leave: this.sendScout() };
			await this.scout;
		}
	}

	private sendScout(): () => void {
		const back = new AbortController();
		const scout = sleep(this.patience.scoutMs, back.signal)
			.catch(() => undefined)
			.then(() => {
				if (this.scout === scout) this.scout = undefined;
			});
		this.scout = scout;
		return () => back.abort();
	}

	private async freshToken(source: TokenSource): Promise<StoredToken> {
		for (;;) {
			if (this.renewal) await this.renewal;
			else if (!this.token || !this.isFit(this.token)) await this.replace(source);
			if (this.token && !this.renewal && this.token.mark !== this.refusedMark) return this.token;
		}
	}

	private isFit({ mark, renewAt }: StoredToken): boolean {
		return mark !== this.refusedMark && Date.now() < renewAt;
	}

	private prove(mark: string): void {
		// What was accepted before a refusal may be heard of after it.
		if (this.token?.mark !== mark || this.refusedMark === mark) return;
		this.provenAt = Date.now();
		if (this.untriedMark === mark) this.untriedMark = undefined;
	}

	/** One that was replaced meanwhile says nothing of the token that is used now. */
	private refuse(mark: string): void {
		if (this.token?.mark !== mark) return;
		this.refusedMark = mark;
		this.provenAt = -Infinity;
	}

	private giveUp(mark: string, reason: TokenUnavailable, holdOffMs: number): DeadToken {
		this.dead = { mark, reason, until: Date.now() + holdOffMs };
		return this.dead;
	}

	/** Gets another token; many callers share one renewal. */
	private async replace(source: TokenSource): Promise<void> {
		this.renewal ??= this.renewOnce(source).finally(() => {
			this.renewal = undefined;
		});
		await this.renewal;
	}

	private async renewOnce(source: TokenSource): Promise<void> {
		// Another process may have renewed it, or the user connected the account again.
		const stored = await source.read();
		if (this.isFit(stored)) return this.adopt(stored);
		const { dead } = this;
		if (dead?.mark === stored.mark && Date.now() < dead.until) {
			return this.makeDo(stored, dead);
		}
		const outcome = await source.renew();
		if (!(outcome instanceof TokenUnavailable)) return this.adoptNew(outcome);
		const isFinal = outcome instanceof AccountNeedsReconnect;
		const other = await this.storedMeanwhile(source, stored.mark, isFinal);
		if (other) return this.adopt(other);
		this.makeDo(stored, this.giveUp(stored.mark, outcome, isFinal ? Infinity : HOLD_OFF_MS));
	}

	/** Goes on with a token that has time left, since there is no other; else says why. */
	private makeDo(stored: StoredToken, { reason, until }: DeadToken): void {
		if (stored.mark === this.refusedMark || Date.now() >= stored.expiresAt) throw reason;
		this.adopt({ ...stored, renewAt: Math.min(until, stored.expiresAt) });
	}

	/** The token that someone else put into the store during our own attempt, if any. */
	private async storedMeanwhile(
		source: TokenSource,
		mark: string,
		isPatient: boolean,
	): Promise<StoredToken | undefined> {
		for (const pauseMs of isPatient ? this.patience.rereadAfterMs : [0]) {
			if (pauseMs > 0) await sleep(pauseMs);
			const stored = await source.read();
			if (stored.mark !== mark) return stored;
		}
		return undefined;
	}

	private adoptNew(token: StoredToken): void {
		if (token.mark === this.refusedMark) {
			this.giveUp(token.mark, newTokenRefused(), REFUSED_HOLD_OFF_MS);
			throw newTokenRefused();
		}
		this.adopt(token);
		this.untriedMark = token.mark;
	}

	private adopt(token: StoredToken): void {
		if (this.token?.mark !== token.mark) this.provenAt = -Infinity;
		this.token = token;
	}
}
