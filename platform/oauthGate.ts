import type { StoredToken } from './oauthToken';
import { AccountNeedsReconnect, TokenUnavailable } from './oauthRenewal';

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

/**
 * Keeps parallel work from presenting a dead token over and over: AutoGPT takes five such requests
 * a minute from an address, then refuses all (contract: behaviour.md sections 4 and 6). A token
 * near its end is renewed first; one not lately seen to work is tried by one request while the
 * others wait.
 */
export class TokenGate {
	private token?: StoredToken;

	private provenAt = -Infinity;

	/** A token that came from a renewal and that AutoGPT has not yet accepted. */
	private untriedMark?: string;

	private scout?: Promise<void>;

	private renewal?: Promise<void>;

	/** Why a token could not be renewed, so that not every item asks again. */
	private dead?: { mark: string; reason: TokenUnavailable; until: number };

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

	/** Sends a request with a token that is fit, and again after a renewal if it was refused. */
	async pass<T>(source: TokenSource, request: GuardedRequest<T>): Promise<T> {
		for (let renewals = 0; ; renewals++) {
			const { mark, leave } = await this.enter(source);
			try {
				const answer = await request.send();
				if (!request.isRefused(answer)) {
					this.prove(mark);
					return answer;
				}
				const isHopeless = renewals >= MAX_RENEWALS || mark === this.untriedMark;
				if (isHopeless) return answer;
				await this.replace(source, mark);
				if (!request.mayResend) return answer;
			} finally {
				leave();
			}
		}
	}

	private async enter(source: TokenSource): Promise<{ mark: string; leave: () => void }> {
		for (let hasWaited = false; ;) {
			const token = await this.freshToken(source);
			// After one wait a request goes on, for a scout without an answer proves nothing.
			if (this.isProven || hasWaited) return { mark: token.mark, leave: () => undefined };
			if (!this.scout) return { mark: token.mark, leave: this.sendScout() };
			await this.scout;
			hasWaited = true;
		}
	}

	private sendScout(): () => void {
		let end: () => void = () => undefined;
		this.scout = new Promise((resolve) => {
			end = resolve;
		});
		return () => {
			this.scout = undefined;
			end();
		};
	}

	private async freshToken(source: TokenSource): Promise<StoredToken> {
		for (;;) {
			if (this.renewal) await this.renewal;
			else if (!this.token || Date.now() >= this.token.renewAt) await this.replace(source);
			if (this.token && !this.renewal) return this.token;
		}
	}

	private prove(mark: string): void {
		if (this.token?.mark !== mark) return;
		this.provenAt = Date.now();
		if (this.untriedMark === mark) this.untriedMark = undefined;
	}

	/** Gets another token than the refused one; many callers share one renewal. */
	private async replace(source: TokenSource, refusedMark?: string): Promise<void> {
		const isDone = refusedMark !== undefined && this.token?.mark !== refusedMark;
		if (isDone && !this.renewal) return;
		this.renewal ??= this.renewOnce(source, refusedMark).finally(() => {
			this.renewal = undefined;
		});
		await this.renewal;
	}

	private async renewOnce(source: TokenSource, refusedMark?: string): Promise<void> {
		// Another process may have renewed it, or the user connected the account again.
		const stored = await source.read();
		if (stored.mark !== refusedMark && Date.now() < stored.renewAt) return this.adopt(stored);
		const { dead } = this;
		if (dead?.mark === stored.mark && Date.now() < dead.until) throw dead.reason;
		const outcome = await source.renew();
		if (!(outcome instanceof TokenUnavailable)) {
			this.adopt(outcome);
			this.provenAt = Date.now();
			this.untriedMark = outcome.mark;
			return;
		}
		const now = await source.read();
		if (now.mark !== stored.mark) return this.adopt(now);
		const isFinal = outcome instanceof AccountNeedsReconnect;
		const until = isFinal ? Infinity : Date.now() + HOLD_OFF_MS;
		this.dead = { mark: stored.mark, reason: outcome, until };
		if (stored.mark === refusedMark || Date.now() >= stored.expiresAt) throw outcome;
		// There is time left: the old token still works.
		this.adopt({ ...stored, renewAt: Math.min(until, stored.expiresAt) });
	}

	private adopt(token: StoredToken): void {
		if (this.token?.mark !== token.mark) this.provenAt = -Infinity;
		this.token = token;
	}
}

const gates = new Map<string, TokenGate>();

/** The gate that all nodes of this n8n process share for one connected account. */
export function gateFor(accountKey: string): TokenGate {
	let gate = gates.get(accountKey);
	if (!gate) {
		gate = new TokenGate();
		gates.set(accountKey, gate);
	}
	return gate;
}
