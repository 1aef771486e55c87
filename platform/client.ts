import { NodeApiError, sleep, type IDataObject, type IHttpRequestOptions } from 'n8n-workflow';

import { parseJson, whatIsMissing, type HttpAnswer } from './answers';
import type { Connection, PlatformFunctions } from './connection';
import { endpoints, type Endpoint, type EndpointName } from './endpoints';
import { PlatformError, withoutSecrets, type PlatformFault } from './errors';
import {
	explainAnswer,
	networkCode,
	explainSilence,
	explainUnreadable,
	isRefusedCredential,
	wasNeverSent,
} from './explain';
import type { CallFacts } from './explain';
import { TokenUnavailable } from './oauthRenewal';
import { isTokenProven, requestWithToken } from './oauthRequest';
import { GLOBAL_LIMIT, pacerFor } from './rateLimits';
import { MAX_TRIES, mayRepeat, waitBeforeRetry, type Repeatable } from './retry';
import type { operations } from './schema';
import { refusalAsText } from './streams';

type Content<R> = R extends { content: { 'application/json': infer Body } } ? Body : undefined;
type GoodStatus = 200 | 201 | 202 | 204;
type Responses<N extends EndpointName> = operations[N]['responses'];

/** JSON body of the endpoint's good answer. */
export type Answer<N extends EndpointName> = {
	[S in keyof Responses<N> & GoodStatus]: Content<Responses<N>[S]>;
}[keyof Responses<N> & GoodStatus];

type Parameters<N extends EndpointName> = operations[N]['parameters'];
type PathOf<N extends EndpointName> =
	Parameters<N> extends { path: infer P } ? { path: P } : { path?: undefined };
type QueryOf<N extends EndpointName> =
	Parameters<N> extends { query?: infer Q } ? { query?: Q } : { query?: undefined };
type BodyOf<N extends EndpointName> = operations[N] extends {
	requestBody: { content: { 'application/json': infer B } };
}
	? { body: B }
	: { body?: undefined };

/** What a call takes beside its path, query and body. */
export interface CallSettings {
	/** Makes a run start safe to repeat. */
	idempotencyKey?: string;
	/** With a key: repeat only what was refused before it happened, as without one. */
	repeatOnlyIfRefused?: boolean;
	/** Milliseconds for one attempt. */
	timeoutMs?: number;
	/** Attempts at most; fewer where someone waits at a dropdown. */
	maxTries?: number;
	/** How long refusals for rate limits may be waited out in all, in milliseconds. */
	patienceMs?: number;
}

export type CallOptions<N extends EndpointName> = PathOf<N> & QueryOf<N> & BodyOf<N> & CallSettings;

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_PATIENCE_MS = 10 * 60_000;

interface Send {
	facts: CallFacts;
	request: IHttpRequestOptions;
	repeatable: Repeatable;
	maxTries: number;
	patienceMs: number;
	/** True where a redirect is an answer, as for downloads. */
	acceptsRedirect?: boolean;
}

function filledPath(endpoint: Endpoint, path: Record<string, string>): string {
	return endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) =>
		encodeURIComponent(path[name] ?? ''),
	);
}

function retryAfterMs(headers: Record<string, unknown>): number | undefined {
	const seconds = Number(headers['retry-after'] ?? NaN);
	return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** Status of an answer that n8n turned into an error, as it does for OAuth2's 401. */
function thrownAnswer(error: unknown): HttpAnswer | undefined {
	for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
		if (!('response' in cause)) continue;
		const { response } = cause;
		if (typeof response !== 'object' || response === null || !('status' in response)) continue;
		const { status } = response;
		const body = 'data' in response ? response.data : undefined;
		const headers = 'headers' in response ? response.headers : undefined;
		if (typeof status !== 'number') continue;
		return { status, body, headers: { ...(headers as Record<string, unknown>) } };
	}
	return undefined;
}

/**
 * The one way to the External API: base URL, credential, time-outs, rate limits, retries, and
 * errors that say what to do. It follows no redirect, so a credential never travels on.
 */
export class PlatformClient {
	constructor(
		readonly functions: PlatformFunctions,
		readonly connection: Connection,
		private readonly defaults: CallSettings = {},
	) {}

	/** The same client for what must still be done after the user pressed Stop. */
	afterStop(): PlatformClient {
		return this.withSignal(undefined);
	}

	/** The same client, whose pauses for limits and repeats end with this signal. */
	withSignal(signal: AbortSignal | undefined): PlatformClient {
		const functions = Object.create(this.functions, {
			getExecutionCancelSignal: { value: () => signal },
		}) as PlatformFunctions;
		return new PlatformClient(functions, this.connection, this.defaults);
	}

	private clockOffsetMs = 0;

	/** The server's clock, as far as its answers have told; else our own. */
	serverNow(): Date {
		return new Date(Date.now() + this.clockOffsetMs);
	}

	/** Fires when the user presses Stop; absent where n8n offers none. */
	get cancelSignal(): AbortSignal | undefined {
		const { functions } = this;
		return 'getExecutionCancelSignal' in functions
			? functions.getExecutionCancelSignal()
			: undefined;
	}

	/**
	 * Calls an endpoint.
	 *
	 * @returns the answer's JSON, checked for what the contract promises of identifiers and states
	 * @throws PlatformError that says what happened and what to do
	 */
	async call<N extends EndpointName>(name: N, options: CallOptions<N>): Promise<Answer<N>> {
		const settings: CallSettings = { ...this.defaults, ...options };
		const endpoint = endpoints[name];
		const path = (options.path ?? {}) as Record<string, string>;
		const facts: CallFacts = { endpoint, path, connection: this.connection };
		const answer = await this.send({
			facts,
			request: this.jsonRequest(endpoint, path, options, settings),
			repeatable: this.repeatable(endpoint, settings),
			maxTries: settings.maxTries ?? MAX_TRIES,
			patienceMs: settings.patienceMs ?? DEFAULT_PATIENCE_MS,
		});
		if (endpoint.answer === 'none') return undefined as Answer<N>;
		const json = parseJson(answer.body);
		if (json === undefined || json === '')
			throw this.error(explainUnreadable(facts, answer.status));
		const missing = whatIsMissing(endpoint, json);
		if (missing) throw this.error(explainUnreadable(facts, answer.status, missing));
		return json as Answer<N>;
	}

	/**
	 * Sends a request that is not JSON both ways, such as an upload or a download, once.
	 *
	 * @param request additions to the request: body, headers, encoding
	 * @returns the answer, redirects included
	 * @throws PlatformError for every status from 400 on
	 */
	async transfer(
		name: EndpointName,
		path: Record<string, string>,
		request: Partial<IHttpRequestOptions>,
	): Promise<HttpAnswer> {
		const endpoint = endpoints[name];
		const base = this.baseRequest(endpoint, path);
		if (typeof request.body === 'object' && !isTokenProven(this.connection)) {
			// A stream that met a dead token could not be sent again: a small read tries it first.
			await this.call('listMarketplaceAgents', { query: { limit: 1 } });
		}
		return await this.send({
			facts: { endpoint, path, connection: this.connection },
			request: { ...base, ...request, headers: { ...base.headers, ...request.headers } },
			repeatable: endpoint.method === 'GET' ? 'read' : 'write',
			maxTries: request.body === undefined ? MAX_TRIES : 1,
			patienceMs: DEFAULT_PATIENCE_MS,
			acceptsRedirect: true,
		});
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

	/** Reads the server's own description of its API (`openapi.json`); undefined without one. */
	async readDescription(): Promise<unknown> {
		const response: unknown = await this.functions.helpers
			.httpRequest({
				method: 'GET',
				url: `${this.connection.baseUrl}/openapi.json`,
				encoding: 'text',
				returnFullResponse: true,
				disableFollowRedirect: true,
				ignoreHttpStatusErrors: true,
				timeout: DEFAULT_TIMEOUT_MS,
			})
			.catch(() => undefined);
		const answer = readFullResponse(response);
		return answer?.status === 200 ? answer.body : undefined;
	}

	private noteClock(answer: HttpAnswer | undefined): void {
		const date = Date.parse(String(answer?.headers.date ?? ''));
		if (Number.isFinite(date)) this.clockOffsetMs = date - Date.now();
	}

	private repeatable(endpoint: Endpoint, settings: CallSettings): Repeatable {
		if (endpoint.method === 'GET') return 'read';
		return settings.idempotencyKey && !settings.repeatOnlyIfRefused ? 'start' : 'write';
	}

	private baseRequest(endpoint: Endpoint, path: Record<string, string>): IHttpRequestOptions {
		const { teamId } = this.connection;
		return {
			method: endpoint.method,
			url: this.connection.baseUrl + filledPath(endpoint, path),
			headers: teamId ? { 'X-Team-Id': teamId } : {},
			encoding: 'text',
			arrayFormat: 'repeat',
			returnFullResponse: true,
			disableFollowRedirect: true,
			sendCredentialsOnCrossOriginRedirect: false,
			timeout: DEFAULT_TIMEOUT_MS,
			ignoreHttpStatusErrors: true,
		};
	}

	private jsonRequest(
		endpoint: Endpoint,
		path: Record<string, string>,
		options: { query?: unknown; body?: unknown },
		settings: CallSettings,
	): IHttpRequestOptions {
		const base = this.baseRequest(endpoint, path);
		const headers: IDataObject = { ...base.headers, Accept: 'application/json' };
		if (options.body !== undefined) headers['Content-Type'] = 'application/json';
		if (settings.idempotencyKey) headers['Idempotency-Key'] = settings.idempotencyKey;
		return {
			...base,
			headers,
			...(options.query ? { qs: { ...options.query } as IDataObject } : {}),
			// n8n leaves out an empty object, which a run start without inputs must send.
			...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
			...(settings.timeoutMs ? { timeout: settings.timeoutMs } : {}),
		};
	}

	private async send({
		facts,
		request,
		repeatable,
		maxTries,
		patienceMs,
		acceptsRedirect,
	}: Send): Promise<HttpAnswer> {
		const deadline = Date.now() + patienceMs;
		for (let tries = 1; ; tries++) {
			const attempt = await this.attempt(facts, request);
			if (attempt.answer && attempt.answer.status < (acceptsRedirect ? 400 : 300)) {
				return attempt.answer;
			}
			const { status, fault, retryAfterMs: asked, neverSent, hopeless } = attempt;
			const wait = waitBeforeRetry({ status, retryAfterMs: asked }, tries);
			const again = !hopeless && mayRepeat(repeatable, { status, neverSent });
			if (!again || tries >= maxTries || Date.now() + wait > deadline) throw this.error(fault);
			await sleep(wait, this.cancelSignal);
		}
	}

	private async attempt(facts: CallFacts, request: IHttpRequestOptions) {
		const limits = facts.endpoint.ownLimit ? [GLOBAL_LIMIT, facts.endpoint.path] : [GLOBAL_LIMIT];
		const pacer = pacerFor(this.connection.accountKey);
		await pacer.admit(limits, this.cancelSignal);
		let answer: HttpAnswer | undefined;
		let code = '';
		try {
			answer = await refusalAsText(readFullResponse(await this.transmit(request)));
		} catch (error) {
			if (error instanceof TokenUnavailable) throw this.noToken(error);
			answer = thrownAnswer(error);
			code = networkCode(error);
			if (!answer && isOwnMessage(error, code)) throw this.ownMessage(error);
		} finally {
			// Without a valid credential the headers tell of the limit for strangers.
			const isStranger = answer && (answer.status === 401 || isRefusedCredential(answer));
			pacer.settle(limits, isStranger ? undefined : answer?.headers);
			this.noteClock(answer);
		}
		if (!answer) {
			const fault = explainSilence(facts, code);
			return {
				answer,
				fault,
				neverSent: wasNeverSent(code),
				status: undefined,
				retryAfterMs: undefined,
				hopeless: false,
			};
		}
		const asked = retryAfterMs(answer.headers);
		const fault = explainAnswer({ ...facts, retryAfterMs: asked }, answer);
		return {
			answer,
			status: answer.status,
			fault,
			retryAfterMs: asked,
			neverSent: false,
			hopeless: isRefusedCredential(answer),
		};
	}

	private async transmit(request: IHttpRequestOptions): Promise<unknown> {
		const { functions, connection } = this;
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

/** Whether n8n itself refused to send, rather than the network. */
function isOwnMessage(error: unknown, code: string): boolean {
	return (
		code === '' &&
		error instanceof Error &&
		!/abort|cancel|socket|network|timeout/i.test(error.message)
	);
}

function readFullResponse(response: unknown): HttpAnswer | undefined {
	if (typeof response !== 'object' || response === null || !('statusCode' in response))
		return undefined;
	const { statusCode } = response;
	if (typeof statusCode !== 'number') return undefined;
	const headers = 'headers' in response ? response.headers : undefined;
	return {
		status: statusCode,
		headers: { ...(headers as Record<string, unknown>) },
		body: 'body' in response ? response.body : undefined,
	};
}
