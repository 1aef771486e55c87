import type { IHttpRequestOptions, NodeApiError } from 'n8n-workflow';

import type { Priority } from '../contract/calls';
import type { HttpResponse } from '../contract/response';
import type { Connection, N8nFunctions } from '../connection/connection';
import { PlatformError, withoutSecrets, type PlatformFault } from '../errors/platformError';
import { explainResponse, isUncheckedLimit } from '../errors/explain';
import type { CallFacts } from '../errors/callFacts';
import { cancelledBy } from './cancelledBy';
import { isOwnMessage, readFullResponse, retryAfterMs, thrownAnswer } from './fullResponse';
import { explainSilence, needsRepair, networkCode, wasNeverSent } from '../errors/network';
import { TokenUnavailable } from '../oauth/renewal';
import { requestWithToken } from './tokenRequest';
import { rateLimiters } from '../process/processState';
import { GLOBAL_LIMIT } from '../process/rateLimiter';
import { LONGEST_JITTER_MS, mayRepeat, waitBeforeRetry, type Retryable } from './retry';
import { monotonicNow } from '../util/monotonic';
import { LONGEST_WINDOW_MS } from '../util/resets';
import type { Session } from './session';
import { refusalAsText } from './streams';
import { limitOf } from './timeLimit';
import { pause } from '../process/pause';

/** A request and how it may be sent. */
export interface Send {
	facts: CallFacts;
	request: IHttpRequestOptions;
	retryable: Retryable;
	/** What it is for; by its method where it is not said. */
	priority?: Priority;
	maxTries: number;
	/** How long pauses before repeats may take in all, in milliseconds. */
	retryBudgetMs: number;
	/** True where a redirect is an answer, as for downloads. */
	acceptsRedirect?: boolean;
	/** No pause before a repeat is longer, in milliseconds, whatever the server asks for. */
	longestPauseMs?: number;
	/** Names of the rate limits that it counts against, where they are not those of API v2. */
	limits?: readonly string[];
	/** Puts a response outside 2xx into words; as API v2 means it, unless told otherwise. */
	explain?: (facts: CallFacts, answer: HttpResponse) => PlatformFault;
}

/** Whether the server says that it has not begun, and may be asked again. */
function isTurnedAway({ failure, outcome }: PlatformFault): boolean {
	return outcome === 'refused' && failure?.cause === 'temporarily-unavailable';
}

function limitsOf({ endpoint }: CallFacts): readonly string[] {
	return endpoint.ownLimit ? [GLOBAL_LIMIT, endpoint.path] : [GLOBAL_LIMIT];
}

/**
 * Sends requests through n8n with the credential: within the rate limits, again where that is
 * safe, and with errors that say what to do.
 */
export class Transport {
	constructor(
		private readonly functions: N8nFunctions,
		private readonly connection: Connection,
		private readonly session: Session,
	) {}

	/** Fires when the user presses Stop; absent where n8n offers none. */
	get cancelSignal(): AbortSignal | undefined {
		const { functions } = this;
		return 'getExecutionCancelSignal' in functions
			? functions.getExecutionCancelSignal()
			: undefined;
	}

	/** Shapes an error of the pack's own for the node that runs. */
	error(fault: PlatformFault): PlatformError {
		const { secrets } = this.connection;
		return new PlatformError(this.functions.getNode(), {
			...fault,
			message: withoutSecrets(fault.message, secrets),
			description: withoutSecrets(fault.description, secrets),
		});
	}

	/**
	 * Sends a request until it is answered well, or cannot be sent again.
	 *
	 * @throws PlatformError that says what happened and what to do
	 */
	async send(send: Send): Promise<HttpResponse> {
		const { retryable, maxTries, retryBudgetMs, acceptsRedirect } = send;
		const deadline = monotonicNow() + retryBudgetMs;
		for (let tries = 1; ; tries++) {
			const attempt = await this.attempt(send);
			if (attempt.answer && attempt.answer.status < (acceptsRedirect ? 400 : 300)) {
				return attempt.answer;
			}
			const { status, explain, retryAfterMs: asked, neverSent, hopeless } = attempt;
			const { longestPauseMs = Infinity } = send;
			const wait = Math.min(
				waitBeforeRetry({ status, retryAfterMs: asked }, tries),
				longestPauseMs,
			);
			const again = !hopeless && mayRepeat(retryable, { status, neverSent });
			// No limit of AutoGPT lasts longer: who asks for more does not want to be asked again.
			const isTooLong = wait > LONGEST_WINDOW_MS + LONGEST_JITTER_MS;
			if (!again || isTooLong || tries >= maxTries || monotonicNow() + wait > deadline)
				throw this.error(explain());
			await pause(wait, this.cancelSignal);
		}
	}

	private noteServer(answer: HttpResponse | undefined): void {
		this.session.showsLimits ||= answer?.headers['x-ratelimit-limit'] !== undefined;
		const date = Date.parse(String(answer?.headers.date ?? ''));
		if (!Number.isFinite(date)) return;
		this.session.clockOffsetMs = date - Date.now();
		this.session.isClockKnown = true;
	}

	private async attempt({ explain = explainResponse, facts, limits: own, request, ...send }: Send) {
		const limits = own ?? limitsOf(facts);
		const limiter = rateLimiters.of(this.connection.credentialKey);
		// n8n leaves it to the node to send nothing more after Stop.
		this.cancelSignal?.throwIfAborted();
		const { priority = facts.endpoint.method === 'GET' ? 'read' : 'write' } = send;
		await limiter.acquire(limits, this.cancelSignal, priority);
		let answer: HttpResponse | undefined;
		let code = '';
		const timeLimit = limitOf(request);
		try {
			answer = await refusalAsText(readFullResponse(await this.transmit(request, timeLimit)));
		} catch (error) {
			if (error instanceof TokenUnavailable) throw this.noToken(error);
			answer = thrownAnswer(error);
			const isOver = timeLimit?.aborted && !this.cancelSignal?.aborted;
			code = isOver ? 'ETIMEDOUT' : networkCode(error);
			if (!answer && isOwnMessage(error, code)) throw this.ownMessage(error);
		} finally {
			// On older servers the headers then describe the limit for strangers.
			limiter.release(limits, answer?.status === 401 ? undefined : answer?.headers);
			limiter.noteCredential(answer?.status);
			this.noteServer(answer);
		}
		if (!answer) {
			return {
				answer,
				explain: () => explainSilence(facts, code),
				neverSent: wasNeverSent(code),
				status: undefined,
				retryAfterMs: undefined,
				hopeless: needsRepair(code),
			};
		}
		const asked = retryAfterMs(answer);
		const refused = answer;
		const explained = () => explain({ ...facts, retryAfterMs: asked }, refused);
		return {
			answer,
			status: answer.status,
			explain: explained,
			retryAfterMs: asked,
			neverSent: answer.status >= 500 && isTurnedAway(explained()),
			// Waiting helps a credential that AutoGPT has taken before, but hardly one that it never did.
			hopeless: isUncheckedLimit(answer) && !limiter.isCredentialKnown,
		};
	}

	private async transmit(
		request: IHttpRequestOptions,
		timeLimit: AbortSignal | undefined,
	): Promise<unknown> {
		const { connection } = this;
		const signals = [this.cancelSignal, timeLimit].filter((signal) => signal !== undefined);
		const functions = cancelledBy(this.functions, AbortSignal.any(signals));
		// n8n signs the request object itself, so each attempt gets its own.
		const copy = () => ({ ...request, headers: { ...request.headers } });
		if (connection.credentialType === 'autoGptOAuth2Api') {
			return await requestWithToken(functions, connection, copy);
		}
		return await functions.helpers.httpRequestWithAuthentication.call(
			functions,
			connection.credentialType,
			copy(),
		);
	}

	private noToken({ message, advice, failure }: TokenUnavailable): PlatformError {
		return this.error({ message, description: advice, outcome: 'refused', failure });
	}

	/** An error of n8n itself, such as a credential that asks to be connected again. */
	private ownMessage(error: unknown): NodeApiError {
		const source = error instanceof Error ? error : new Error(String(error));
		const inner = source.cause instanceof Error ? source.cause : source;
		const description =
			'description' in inner && typeof inner.description === 'string' ? inner.description : '';
		return this.error({
			message: inner.message,
			description: description || 'Open the credential of this node and test it.',
			outcome: 'refused',
			failure: { cause: 'credential-invalid' },
		});
	}
}
