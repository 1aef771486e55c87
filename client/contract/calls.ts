import type { EndpointName } from './endpoints';
import type { operations } from './schema';

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
	retryBudgetMs?: number;
}

export type CallOptions<N extends EndpointName> = PathOf<N> & QueryOf<N> & BodyOf<N> & CallSettings;
