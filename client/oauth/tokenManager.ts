import { sleep } from '../compat/sleep';
import { AccountNeedsReconnect, newTokenRefused, TokenUnavailable } from './renewal';
import type { StoredToken } from './token';

/** Where the stored token is read, and how a new one is had. */
export interface TokenSource {
	/** Reads the token that n8n stores now. */
	read(): Promise<StoredToken>;
	/** Asks AutoGPT for a new token, and stores it; or says why there is none. */
	renew(): Promise<StoredToken | TokenUnavailable>;
}

/** A request that needs a token. */
export interface TokenRequest<T> {
	send(): Promise<T>;
	/** Whether AutoGPT did not accept the token; such a request had no effect. */
	isRefused(response: T): boolean;
	/** False for a stream, which is gone once it was sent. */
	mayResend: boolean;
}

const PROVEN_FOR_MS = 60_000;
const MAX_RENEWALS = 2;
/** Waits that began with older tokens than that are over. */
const MAX_READERS = 200;
const RENEWAL_PAUSE_MS = 5_000;
/** A new token that is refused, too, is one of the five that AutoGPT bears in a minute. */
const REFUSED_PAUSE_MS = 60_000;

/** What is known of the token in use. */
type Standing =
	/** Nothing: it was read from the store. */
	| { is: 'untried' }
	/** It came from a renewal, and AutoGPT has yet to accept it. */
	| { is: 'renewed' }
	/** AutoGPT accepted it at that time. */
	| { is: 'proven'; at: number }
	/** AutoGPT did not accept it. */
	| { is: 'refused' };

interface Current {
	token: StoredToken;
	standing: Standing;
}

/** A token for which there was no other. */
interface FailedRenewal {
	fingerprint: string;
	reason: TokenUnavailable;
	/** Until then nobody asks for another one. */
	until: number;
}

/** How long to wait for what others may do; tests wait less. */
interface Timing {
	/** From then on another request tries the token, too: the first may never be answered. */
	trialMs: number;
	/**
	 * Pauses before the store is read again after AutoGPT knew the refresh token no more: another
	 * process may have used it, and its response may still be on the way.
	 */
	rereadAfterMs: readonly number[];
}

const TIMING: Timing = { trialMs: 15_000, rereadAfterMs: [0, 1_000, 2_000, 4_000] };

/**
 * Keeps parallel work from presenting a dead token over and over: AutoGPT takes five such requests
 * a minute from an address, then refuses all (contract: behaviour.md sections 4 and 6). A token
 * near its end is renewed first; one not lately seen to work is tried by one request while the
 * others wait; one that AutoGPT refused is not presented again.
 */
export class TokenManager {
	private current?: Current;

	/** Fingerprint of the token that AutoGPT refused last; the store may still hold it. */
	private refused?: string;

	/** The request that tries the token, while the others wait. */
	private trial?: Promise<void>;

	private renewal?: Promise<void>;

	/** Why a token could not be renewed, so that not every item asks again. */
	private failed?: FailedRenewal;

	private requests = 0;

	/** Under which key is kept what the account was shown, by fingerprint of its tokens. */
	private readonly readers = new Map<string, string>();

	constructor(private readonly timing: Timing = TIMING) {}

	/** Whether requests count on this manager now. */
	get isInUse(): boolean {
		return this.requests > 0;
	}

	/** Whether the token was seen to work in the last minute, and still has time. */
	get isProven(): boolean {
		if (this.current?.standing.is !== 'proven') return false;
		const { token, standing } = this.current;
		const now = Date.now();
		return now < token.renewAt && now - standing.at < PROVEN_FOR_MS;
	}

	/** Takes note of what n8n stores now: another process, or the user, may have changed it. */
	note(token: StoredToken | undefined): void {
		if (token && !this.renewal) this.use(token);
	}

	/**
	 * Whose eyes saw what is kept: a token that was renewed here is of the same account as the one
	 * before. One that another process has stored may be of another account.
	 *
	 * @param own the key of this token, where it is not known to stand in for another one
	 */
	readerKeyOf({ fingerprint }: StoredToken, own: string): string {
		const key = this.readers.get(fingerprint) ?? own;
		// The newest stands last.
		this.readers.delete(fingerprint);
		this.readers.set(fingerprint, key);
		const [oldest] = this.readers.keys();
		if (this.readers.size > MAX_READERS && oldest !== undefined) this.readers.delete(oldest);
		return key;
	}

	/**
	 * Sends a request with a token that is fit, and again after a renewal if it was refused.
	 *
	 * @throws TokenUnavailable when the token was refused, or is past its time, and there is no other
	 */
	async send<T>(source: TokenSource, request: TokenRequest<T>): Promise<T> {
		this.requests += 1;
		try {
			return await this.sendUntilAccepted(source, request);
		} finally {
			this.requests -= 1;
		}
	}

	private async sendUntilAccepted<T>(source: TokenSource, request: TokenRequest<T>): Promise<T> {
		for (let renewals = 0; ; renewals++) {
			const { fingerprint, leave } = await this.enter(source);
			try {
				const response = await request.send();
				if (!request.isRefused(response)) {
					this.accept(fingerprint);
					return response;
				}
				const wasRenewed = this.refuse(fingerprint);
				if (wasRenewed || renewals >= MAX_RENEWALS) {
					this.giveUp(fingerprint, newTokenRefused(), REFUSED_PAUSE_MS);
					return response;
				}
				await this.freshToken(source);
				if (!request.mayResend) return response;
			} finally {
				leave();
			}
		}
	}

	/** Waits until a request may present the token; `leave` is called when it is through. */
	private async enter(source: TokenSource): Promise<{ fingerprint: string; leave: () => void }> {
		for (;;) {
			const { fingerprint } = await this.freshToken(source);
			if (this.isProven) return { fingerprint, leave: () => undefined };
			// A trial without a response proves nothing: the next one goes, and the rest wait on.
			if (!this.trial) return { fingerprint, leave: this.beginTrial() };
			await this.trial;
		}
	}

	private beginTrial(): () => void {
		const over = new AbortController();
		this.trial = sleep(this.timing.trialMs, over.signal)
			.catch(() => undefined)
			.then(() => {
				this.trial = undefined;
			});
		return () => over.abort();
	}

	private async freshToken(source: TokenSource): Promise<StoredToken> {
		for (;;) {
			if (this.renewal) await this.renewal;
			else if (!this.current || !this.isFit(this.current.token)) await this.replace(source);
			const { current } = this;
			if (current && !this.renewal && current.token.fingerprint !== this.refused) {
				return current.token;
			}
		}
	}

	private isFit({ fingerprint, renewAt }: StoredToken): boolean {
		return fingerprint !== this.refused && Date.now() < renewAt;
	}

	/** What was accepted before a refusal may be heard of after it, and counts no more. */
	private accept(fingerprint: string): void {
		if (this.current?.token.fingerprint !== fingerprint || this.refused === fingerprint) return;
		this.current.standing = { is: 'proven', at: Date.now() };
	}

	/**
	 * A token that was replaced meanwhile says nothing of the one that is used now.
	 *
	 * @returns whether the token came from a renewal, so that another one helps no more
	 */
	private refuse(fingerprint: string): boolean {
		if (this.current?.token.fingerprint !== fingerprint) return false;
		const wasRenewed = this.current.standing.is === 'renewed';
		this.current.standing = { is: 'refused' };
		this.refused = fingerprint;
		return wasRenewed;
	}

	private giveUp(fingerprint: string, reason: TokenUnavailable, pauseMs: number): FailedRenewal {
		this.failed = { fingerprint, reason, until: Date.now() + pauseMs };
		return this.failed;
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
		if (this.isFit(stored)) return this.use(stored);
		const { failed } = this;
		if (failed?.fingerprint === stored.fingerprint && Date.now() < failed.until) {
			return this.useWhileValid(stored, failed);
		}
		const renewed = await source.renew();
		if (!(renewed instanceof TokenUnavailable)) {
			const reader = this.readers.get(stored.fingerprint);
			if (reader !== undefined) this.readerKeyOf(renewed, reader);
			return this.useRenewed(renewed);
		}
		const isFinal = renewed instanceof AccountNeedsReconnect;
		const other = await this.storedMeanwhile(source, stored.fingerprint, isFinal);
		if (other) return this.use(other);
		const pauseMs = isFinal ? Infinity : RENEWAL_PAUSE_MS;
		this.useWhileValid(stored, this.giveUp(stored.fingerprint, renewed, pauseMs));
	}

	/** Goes on with a token that has time left, since there is no other; else says why. */
	private useWhileValid(stored: StoredToken, { reason, until }: FailedRenewal): void {
		if (stored.fingerprint === this.refused || Date.now() >= stored.expiresAt) throw reason;
		this.use({ ...stored, renewAt: Math.min(until, stored.expiresAt) });
	}

	/** The token that someone else put into the store during our own attempt, if any. */
	private async storedMeanwhile(
		source: TokenSource,
		fingerprint: string,
		isPatient: boolean,
	): Promise<StoredToken | undefined> {
		for (const pauseMs of isPatient ? this.timing.rereadAfterMs : [0]) {
			if (pauseMs > 0) await sleep(pauseMs);
			const stored = await source.read();
			if (stored.fingerprint !== fingerprint) return stored;
		}
		return undefined;
	}

	private useRenewed(token: StoredToken): void {
		if (token.fingerprint === this.refused) {
			const { reason } = this.giveUp(token.fingerprint, newTokenRefused(), REFUSED_PAUSE_MS);
			throw reason;
		}
		this.current = { token, standing: { is: 'renewed' } };
	}

	/** Keeps what is known of the token when it is the one in use. */
	private use(token: StoredToken): void {
		const isSame = this.current?.token.fingerprint === token.fingerprint;
		const standing: Standing = (isSame && this.current?.standing) || { is: 'untried' };
		this.current = { token, standing };
	}
}
