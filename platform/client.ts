import type { IHttpRequestOptions } from 'n8n-workflow';

import { parseJson, whatIsMissing, type HttpAnswer } from './answers';
import type { Answer, CallOptions, CallSettings } from './calls';
import type { Connection, PlatformFunctions } from './connection';
import { endpoints, type Endpoint, type EndpointName } from './endpoints';
import type { PlatformError, PlatformFault } from './errors';
import type { CallFacts } from './explain';
import { readFullResponse } from './httpAnswers';
import { isTokenProven } from './oauthRequest';
import { baseRequest, descriptionRequest, jsonRequest } from './requests';
import { MAX_TRIES, type Repeatable } from './retry';
import { Transport } from './transport';
import { explainUnreadable } from './unreadable';

const DEFAULT_PATIENCE_MS = 10 * 60_000;

function repeatable(endpoint: Endpoint, settings: CallSettings): Repeatable {
	if (endpoint.method === 'GET') return 'read';
	return settings.idempotencyKey && !settings.repeatOnlyIfRefused ? 'start' : 'write';
}

/**
 * The one way to the External API: base URL, credential, time-outs, rate limits, retries, and
 * errors that say what to do. It follows no redirect, so a credential never travels on.
 */
export class PlatformClient {
	private readonly transport: Transport;

	constructor(
		readonly functions: PlatformFunctions,
		readonly connection: Connection,
		private readonly defaults: CallSettings = {},
	) {
		this.transport = new Transport(functions, connection);
	}

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

	/** The server's clock, as far as its answers have told; else our own. */
	serverNow(): Date {
		return this.transport.serverNow();
	}

	/** Fires when the user presses Stop; absent where n8n offers none. */
	get cancelSignal(): AbortSignal | undefined {
		return this.transport.cancelSignal;
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
		const base = baseRequest(this.connection, endpoint, path);
		const answer = await this.transport.send({
			facts,
			request: jsonRequest(base, options, settings),
			repeatable: repeatable(endpoint, settings),
			maxTries: settings.maxTries ?? MAX_TRIES,
			patienceMs: settings.patienceMs ?? DEFAULT_PATIENCE_MS,
		});
		if (endpoint.answer === 'none') return undefined as Answer<N>;
		const json = parseJson(answer.body);
		if (json === undefined || json === '') throw this.error(explainUnreadable(facts, answer));
		const missing = whatIsMissing(endpoint, json);
		if (missing) throw this.error(explainUnreadable(facts, answer, missing));
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
		const base = baseRequest(this.connection, endpoint, path);
		if (typeof request.body === 'object' && !isTokenProven(this.connection)) {
			// A stream that met a dead token could not be sent again: a small read tries it first.
			await this.call('listMarketplaceAgents', { query: { limit: 1 } });
		}
		return await this.transport.send({
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
		return this.transport.error(fault);
	}

	/** Reads the server's own description of its API (`openapi.json`); undefined without one. */
	async readDescription(): Promise<unknown> {
		const response: unknown = await this.functions.helpers
			.httpRequest(descriptionRequest(this.connection))
			.catch(() => undefined);
		const answer = readFullResponse(response);
		return answer?.status === 200 ? answer.body : undefined;
	}
}
