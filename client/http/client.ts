import type { IHttpRequestOptions } from 'n8n-workflow';

import { parseJson } from '../util/json';
import { readJson, requireDone } from './answers';
import { cancelledBy } from './cancelledBy';
import { ApiChoice, isDoubt } from './apiChoice';
import type { HttpResponse } from '../contract/response';
import type { Answer, CallOptions, CallSettings } from '../contract/calls';
import type { Connection, N8nFunctions } from '../connection/connection';
import { endpoints, type Endpoint, type EndpointName } from '../contract/endpoints';
import { PlatformError, type PlatformFault } from '../errors/platformError';
import { networkCode } from '../errors/network';
import type { CallFacts } from '../errors/callFacts';
import { readFullResponse } from './fullResponse';
import { isTokenProven } from './tokenRequest';
import {
	baseRequest,
	descriptionRequest,
	explainPath,
	jsonRequest,
	KEYLESS_TIMEOUT_MS,
	streamRequest,
} from './requests';
import { MAX_TRIES, type Retryable } from './retry';
import { Session } from './session';
import { refusalAsText } from './streams';
import { limited } from './timeLimit';
import { isDoubtful, ServerLacks } from './serverLacks';
import { Transport, type Send } from './transport';
import { V1_POLLING, V2_POLLING, type Polling } from './polling';
import { explainLack } from '../v1/server';
import { v1Dialect } from '../v1/dialect';
import { V1Calls } from './v1Calls';
import { readUrl } from '../util/url';

const DEFAULT_RETRY_BUDGET_MS = 10 * 60_000;

function retryable(endpoint: Endpoint, settings: CallSettings): Retryable {
	if (endpoint.method === 'GET') return 'read';
	return settings.idempotencyKey && !settings.repeatOnlyIfRefused ? 'start' : 'write';
}

/** A request that got no response. */
export interface NoResponse {
	/** The network's own code of why. */
	code: string;
}

/**
 * The one way to the External API: base URL, credential, time-outs, rate limits, retries, and
 * errors that say what to do. It follows no redirect, so a credential never travels on.
 */
export class AutoGptClient {
	private readonly transport: Transport;

	private readonly choice: ApiChoice;

	constructor(
		readonly functions: N8nFunctions,
		readonly connection: Connection,
		private readonly defaults: CallSettings = {},
		/** What this client and those derived from it have learned. */
		readonly session: Session = new Session(),
	) {
		this.transport = new Transport(functions, connection, session);
		this.choice = new ApiChoice({
			functions,
			connection,
			lacks: session.of(ServerLacks),
			cancelSignal: this.transport.cancelSignal,
			error: (fault) => this.error(fault),
		});
	}

	/** The same client for what must still be done after the user pressed Stop. */
	afterStop(): AutoGptClient {
		return this.withSignal(undefined);
	}

	/** The same client, whose requests and pauses end with Stop, or with this signal before. */
	endingWith(signal: AbortSignal): AutoGptClient {
		const stop = this.cancelSignal;
		return this.withSignal(stop ? AbortSignal.any([stop, signal]) : signal);
	}

	/** The same client, whose pauses for limits and repeats end with this signal. */
	withSignal(signal: AbortSignal | undefined): AutoGptClient {
		const functions = cancelledBy(this.functions, signal);
		return new AutoGptClient(functions, this.connection, this.defaults, this.session);
	}

	/** The same client, whose messages show none of these texts, even where AutoGPT repeats them. */
	withSecrets(texts: readonly string[]): AutoGptClient {
		const secrets = [...this.connection.secrets, ...texts.filter(Boolean)];
		const connection = { ...this.connection, secrets };
		return new AutoGptClient(this.functions, connection, this.defaults, this.session);
	}

	/** The server's clock, as its responses report it; else our own. */
	serverNow(): Date {
		return new Date(Date.now() + this.session.clockOffsetMs);
	}

	/** Whether the server's responses name its time. */
	get isServerTimeKnown(): boolean {
		return this.session.isClockKnown;
	}

	/** Fires when the user presses Stop; absent where n8n offers none. */
	get cancelSignal(): AbortSignal | undefined {
		return this.transport.cancelSignal;
	}

	/** How runs are waited for, by the API that the server is known to have. */
	get polling(): Polling {
		return this.choice.isV1 ? V1_POLLING : V2_POLLING;
	}

	/**
	 * Calls an endpoint of API v2; where the server has the older API v1 only, what that can do
	 * instead.
	 *
	 * @returns the answer's JSON, checked for what the contract promises of identifiers and states
	 * @throws PlatformError that says what happened and what to do
	 */
	async call<N extends EndpointName>(name: N, options: CallOptions<N>): Promise<Answer<N>> {
		return this.choice.carryOut<Answer<N>>({
			name,
			v2: () => this.callV2(name, options),
			v1: () => this.callV1(name, options),
		});
	}

	private async callV1<N extends EndpointName>(
		name: N,
		options: CallOptions<N>,
	): Promise<Answer<N>> {
		const follower = v1Dialect[options.before ?? name];
		if (typeof follower !== 'function') throw this.error(explainLack(follower));
		const way = v1Dialect[name];
		if (typeof way !== 'function') throw this.error(explainLack(way));
		return way(new V1Calls(this.functions, this.connection, this.session), options);
	}

	private async callV2<N extends EndpointName>(
		name: N,
		options: CallOptions<N>,
	): Promise<Answer<N>> {
		const settings: CallSettings = { ...this.defaults, ...options };
		const endpoint = endpoints[name];
		const path = (options.path ?? {}) as Record<string, string>;
		const facts: CallFacts = { endpoint, path, connection: this.connection };
		const base = this.requestTo(endpoint, path);
		const answer = await this.send(name, {
			facts,
			request: jsonRequest(base, options, settings),
			retryable: retryable(endpoint, settings),
			priority: settings.priority,
			maxTries: settings.maxTries ?? MAX_TRIES,
			retryBudgetMs: settings.retryBudgetMs ?? DEFAULT_RETRY_BUDGET_MS,
		});
		if (endpoint.answer === 'none') {
			requireDone(this, facts, answer);
			return undefined as Answer<N>;
		}
		return readJson(this, facts, answer) as Answer<N>;
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
	): Promise<HttpResponse> {
		return await this.choice.carryOut({
			name,
			v2: async () => await this.transferV2(name, path, request),
			v1: async () => {
				const way = v1Dialect[name];
				// API v1 has no files at all.
				throw this.error(explainLack(typeof way === 'function' ? { cannot: 'do this' } : way));
			},
		});
	}

	private async transferV2(
		name: EndpointName,
		path: Record<string, string>,
		request: Partial<IHttpRequestOptions>,
	): Promise<HttpResponse> {
		const endpoint = endpoints[name];
		const base = this.requestTo(endpoint, path);
		if (typeof request.body === 'object' && !isTokenProven(this.connection)) {
			// A stream that met a dead token could not be sent again: a small read tries it first.
			await this.call('listMarketplaceAgents', { query: { limit: 1 } });
		}
		return await this.send(name, {
			facts: { endpoint, path, connection: this.connection },
			request: { ...base, ...request, headers: { ...base.headers, ...request.headers } },
			retryable: endpoint.method === 'GET' ? 'read' : 'write',
			priority: this.defaults.priority,
			maxTries: request.body === undefined ? MAX_TRIES : 1,
			retryBudgetMs: DEFAULT_RETRY_BUDGET_MS,
			acceptsRedirect: true,
		});
	}

	private requestTo(endpoint: Endpoint, path: Record<string, string>): IHttpRequestOptions {
		const fault = explainPath(endpoint, path);
		if (fault) throw this.error(fault);
		return baseRequest(this.connection, endpoint, path);
	}

	/** Sends a request, unless the server is known to lack the operation. */
	private async send(name: EndpointName, send: Send): Promise<HttpResponse> {
		const lacks = this.session.of(ServerLacks);
		const { isClockKnown, showsLimits } = this.session;
		// Responses without limits are mostly those of servers that take runs in an earlier form.
		if (name === 'startAgentRun' && isClockKnown && !showsLimits) {
			await lacks.ask(async () => await this.readDescription());
		}
		const reason = lacks.reason(name);
		if (reason) throw this.error(reason);
		return await this.transport.send(send).catch(async (error: unknown) => {
			// Whether it is API v2 at all is judged first, where the credential leaves that open.
			const isJudged = this.connection.apiSetting === 'automatic' && isDoubt(error);
			if (isJudged || !(error instanceof PlatformError) || !isDoubtful(name, error)) throw error;
			// Only now, so that a server that has all costs no more requests.
			if (!lacks.isKnown) await this.readDescription(KEYLESS_TIMEOUT_MS);
			const lack = lacks.reason(name, error.status);
			throw lack ? this.error(lack) : error;
		});
	}

	/** Shapes an error of the pack's own for the node that runs. */
	error(fault: PlatformFault): PlatformError {
		return this.transport.error(fault);
	}

	/**
	 * Fetches what AutoGPT redirects to, as a stream and without the credential: it is another host
	 * (contract: behaviour.md section 12).
	 *
	 * @param location as AutoGPT returned it, absolute or below the Base URL
	 * @returns the response, or the network's code where none came; `` when the address is none of
	 * the web
	 * @throws what Stop in n8n raises
	 */
	async fetchElsewhere(location: string, timeoutMs: number): Promise<HttpResponse | NoResponse> {
		const url = readUrl(location, this.connection.baseUrl);
		if (!url || !/^https?:$/.test(url.protocol)) return { code: '' };
		try {
			const response: unknown = await this.functions.helpers.httpRequest(
				limited(streamRequest(url.href, timeoutMs), this.cancelSignal),
			);
			return (await refusalAsText(readFullResponse(response))) ?? { code: '' };
		} catch (error) {
			this.cancelSignal?.throwIfAborted();
			return { code: networkCode(error) };
		}
	}

	/**
	 * Reads the server's own description of its API (`openapi.json`); undefined without one.
	 *
	 * @param timeoutMs as usual where it is not given
	 * @throws what Stop in n8n raises
	 */
	async readDescription(timeoutMs?: number): Promise<unknown> {
		this.cancelSignal?.throwIfAborted();
		const response: unknown = await this.functions.helpers
			.httpRequest(limited(descriptionRequest(this.connection, timeoutMs), this.cancelSignal))
			.catch(() => undefined);
		this.cancelSignal?.throwIfAborted();
		const answer = readFullResponse(response);
		if (answer?.status !== 200) return undefined;
		this.session.of(ServerLacks).note(parseJson(answer.body));
		return answer.body;
	}
}
