import type { IHttpRequestOptions } from 'n8n-workflow';

/**
 * Ends a request at its time limit, even while bytes of the response still come in: n8n's own
 * timeout counts anew with each of them.
 */
export function limitOf({ timeout }: IHttpRequestOptions): AbortSignal | undefined {
	return timeout ? AbortSignal.timeout(timeout) : undefined;
}

/**
 * A request that ends at its time limit, and at Stop.
 *
 * @param stop fires when the user presses Stop
 */
export function limited(request: IHttpRequestOptions, stop?: AbortSignal): IHttpRequestOptions {
	const signals = [stop, limitOf(request)].filter((signal) => signal !== undefined);
	return { ...request, abortSignal: AbortSignal.any(signals) };
}
