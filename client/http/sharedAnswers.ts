import { isLack, PlatformError } from '../errors/platformError';
import { KeptAnswers, untilStopped, type KeptAnswer } from '../process/keptReads';
import { keptReads } from '../process/processState';
import type { AutoGptClient } from './client';

/** An answer with what its response showed of the server. */
interface Answered<T> {
	answer: T;
	/** The server's clock minus our own, in milliseconds, where responses name the time. */
	clockOffsetMs: number | undefined;
	/** Whether its responses name the rate limit, as all do but those of the oldest servers. */
	showsLimits: boolean;
}

/** Answers of one kind as all executions of this process share them. */
export class AnswerCache<T> extends KeptAnswers<Answered<T>> {}

interface Own<T> {
	since: number;
	answered: Promise<KeptAnswer<Answered<T>>>;
}

/** Whether an answer counts where only those do that were asked for at that time or later. */
async function countsFrom<T>({ since, answered }: Own<T>, from: number): Promise<boolean> {
	if (since >= from) return true;
	const answer = await answered.catch(() => undefined);
	return answer !== undefined && answer.askedAt >= from;
}

/**
 * Answers that an execution asks for once, and shares with others that act as the same credential:
 * simultaneous reads are one, and where the session accepts it, an answer that somebody else got
 * just before will do.
 */
export class SharedAnswers<T> {
	private readonly own = new Map<string, Own<T>>();

	/**
	 * @param cache which answers of other executions are meant
	 * @param keeps whether others may have an answer: only one on which something can go on
	 */
	constructor(
		private readonly cache: new () => AnswerCache<T>,
		private readonly keeps: (answer: T) => boolean = (answer) => answer !== undefined,
	) {}

	/**
	 * The answer under `key`; `ask` is called when there is none.
	 *
	 * @param since answers that were asked for earlier do not count; as the session has it, unless set
	 */
	async get(
		client: AutoGptClient,
		key: string,
		ask: () => Promise<T>,
		since = client.session.answersSince,
	): Promise<T> {
		const known = this.own.get(key);
		// Without an await where there is none: who asks at the same time finds this request.
		const own = known && (await this.ownAnswer(client, known, since));
		const { askedAt, value } = own ?? (await this.request(client, key, ask, since));
		client.session.noteAnswer(askedAt, value);
		return value.answer;
	}

	/** What this execution has asked already; undefined where that does not count, or was cut off. */
	private async ownAnswer(
		client: AutoGptClient,
		known: Own<T>,
		since: number,
	): Promise<KeptAnswer<Answered<T>> | undefined> {
		if (!(await countsFrom(known, since))) return undefined;
		const { cancelSignal } = client;
		return await untilStopped(known.answered, cancelSignal).catch((error: unknown) => {
			// Of two clients with times of their own, one may end before the other.
			if (error instanceof PlatformError || cancelSignal?.aborted) throw error;
			return undefined;
		});
	}

	/** Notes an answer that came with another one. */
	note(client: AutoGptClient, key: string, answer: T): void {
		const { session } = client;
		const since = session.freshSince;
		const value = { answer, clockOffsetMs: undefined, showsLimits: session.showsLimits };
		this.own.set(key, { since, answered: Promise.resolve({ value, askedAt: since }) });
	}

	/** Makes the next one of this execution who wants this answer ask again. */
	forget(key: string): void {
		this.own.delete(key);
	}

	private request(
		client: AutoGptClient,
		key: string,
		ask: () => Promise<T>,
		since: number,
	): Promise<KeptAnswer<Answered<T>>> {
		const { connection, session } = client;
		const answered = keptReads
			.of(connection.readerKey)
			.of(this.cache)
			.get(key, {
				since,
				signal: client.cancelSignal,
				keeps: ({ answer }) => this.keeps(answer),
				ask: async () => {
					const answer = await ask();
					return {
						answer,
						clockOffsetMs: session.isClockKnown ? session.clockOffsetMs : undefined,
						showsLimits: session.showsLimits,
					};
				},
			});
		const own = { since, answered };
		this.own.set(key, own);
		answered.catch((error: unknown) => {
			const isCurrent = this.own.get(key) === own;
			// AutoGPT's refusal is an answer, too; what Stop cut off is not, nor what the server lacks.
			const isAnswer = error instanceof PlatformError && !isLack(error);
			if (isCurrent && !isAnswer) this.own.delete(key);
		});
		return answered;
	}
}
