import { reasonOf } from '../compat/sleep';
import { PlatformError } from '../errors/platformError';
import { monotonicNow } from '../util/monotonic';
import { cancelSignals } from './cancelSignals';
import { pause } from './pause';

/** No answer is kept for longer, in milliseconds. */
export const KEPT_MS = 30_000;
/** How long somebody else's read is waited for that began too early to count, in milliseconds. */
const PATIENCE_MS = 1_000;
/** Answers of one kind that are kept of one credential; agents with large schemas are large, too. */
const MOST_ANSWERS = 50;

/** An answer, and when it was asked for. */
export interface KeptAnswer<T> {
	value: T;
	/** By the clock of `monotonicNow`: what it tells was true then or later. */
	askedAt: number;
}

/** What became of a read: an answer; nothing, since who asked was stopped; or a failure. */
type Landing<T> = KeptAnswer<T> | 'stopped' | 'failed';

interface Flight<T> {
	askedAt: number;
	landing: Promise<Landing<T>>;
	hasLanded: boolean;
}

/** How an answer is asked for. */
export interface Question<T> {
	/** An answer counts that was asked for then or later, by the clock of `monotonicNow`. */
	since: number;
	ask: () => Promise<T>;
	/** Whether the next ones may have an answer, too. */
	keeps: (value: T) => boolean;
	/** Ends the wait for what somebody else has asked. */
	signal?: AbortSignal;
}

/** Waits for a promise, but no longer than until the signal fires. */
export async function untilStopped<T>(
	promise: Promise<T>,
	signal: AbortSignal | undefined,
): Promise<T> {
	if (!signal) return await promise;
	signal.throwIfAborted();
	let leave = () => {};
	const stopped = new Promise<never>((_, reject) => {
		leave = cancelSignals.on(signal, () => reject(reasonOf(signal)));
	});
	return await Promise.race([promise, stopped]).finally(leave);
}

/** Waits for a read, but not for long; says whether it is over. */
async function hasLandedSoon(
	landing: Promise<unknown>,
	signal: AbortSignal | undefined,
): Promise<boolean> {
	const over = new AbortController();
	const patience = pause(PATIENCE_MS, over.signal).then(
		() => false,
		() => true,
	);
	const hasLanded = landing.then(() => true);
	try {
		return await untilStopped(Promise.race([hasLanded, patience]), signal);
	} finally {
		over.abort();
	}
}

/**
 * Answers of one kind, for all executions that act as one credential. Who asks while another one
 * already does, waits for that answer; what goes wrong there stays there.
 */
export class KeptAnswers<T> {
	private readonly flights = new Map<string, Flight<T>>();

	/** Whether somebody waits for an answer. */
	get isInUse(): boolean {
		return [...this.flights.values()].some(({ hasLanded }) => !hasLanded);
	}

	/** Number of answers that are kept, or asked for, now. */
	get size(): number {
		return this.flights.size;
	}

	/**
	 * The answer under a key: one that counts, or a new one.
	 *
	 * @throws what `ask` throws, and nothing that somebody else's `ask` threw
	 */
	async get(key: string, question: Question<T>): Promise<KeptAnswer<T>> {
		for (let isPatient = true; ;) {
			const flight = this.flights.get(key);
			if (!flight || this.isOld(flight)) break;
			if (flight.askedAt < question.since) {
				if (flight.hasLanded || !isPatient) break;
				// All who come meanwhile share the next read, instead of one for each of them.
				isPatient = await hasLandedSoon(flight.landing, question.signal);
				continue;
			}
			const landing = await untilStopped(flight.landing, question.signal);
			if (typeof landing === 'object') return landing;
			// A failure is told in the words of whoever asks, so each asks for itself.
			if (landing === 'failed') break;
		}
		return await this.ask(key, question);
	}

	private isOld({ askedAt, hasLanded }: Flight<T>): boolean {
		return hasLanded && monotonicNow() - askedAt > KEPT_MS;
	}

	private async ask(key: string, { ask, keeps }: Question<T>): Promise<KeptAnswer<T>> {
		const askedAt = monotonicNow();
		const asked = ask().then((value) => ({ value, askedAt }));
		const landing = asked.catch((error: unknown): Landing<T> =>
			error instanceof PlatformError ? 'failed' : 'stopped',
		);
		const flight: Flight<T> = { askedAt, landing, hasLanded: false };
		// The newest stands last.
		this.flights.delete(key);
		this.flights.set(key, flight);
		this.forgetOld();
		const landed = await landing;
		flight.hasLanded = true;
		const isKept = typeof landed === 'object' && keeps(landed.value);
		if (!isKept && this.flights.get(key) === flight) this.flights.delete(key);
		return await asked;
	}

	private forgetOld(): void {
		for (const [key, flight] of this.flights) {
			const isOne = this.flights.size > MOST_ANSWERS || this.isOld(flight);
			if (!isOne) return;
			// Who waits for an answer that goes gets it all the same.
			this.flights.delete(key);
		}
	}
}

/** All that is kept of what one credential has read, by kind. */
export class KeptReads {
	private readonly kinds = new Map<new () => object, { readonly isInUse: boolean }>();

	/** Whether an answer is on its way. */
	get isInUse(): boolean {
		return [...this.kinds.values()].some(({ isInUse }) => isInUse);
	}

	/** The answers of one kind. */
	of<K extends { readonly isInUse: boolean }>(kind: new () => K): K {
		const known = this.kinds.get(kind);
		if (known instanceof kind) return known;
		const answers = new kind();
		this.kinds.set(kind, answers);
		return answers;
	}
}
