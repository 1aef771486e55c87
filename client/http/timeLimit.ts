import type { IHttpRequestOptions } from 'n8n-workflow';

import { sleep } from '../compat/sleep';

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

/**
 * Waits for an answer to a request that no signal can end, but no longer than this.
 *
 * @param ms milliseconds
 * @throws an error with the code `ETIMEDOUT` after that time; the request goes on unheard
 */
export async function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
	const answered = new AbortController();
	const silence = async (): Promise<never> => {
		await sleep(ms, answered.signal);
		throw Object.assign(new Error('The request took too long'), { code: 'ETIMEDOUT' });
	};
	try {
		return await Promise.race([answer, silence()]);
	} finally {
		answered.abort();
	}
}
