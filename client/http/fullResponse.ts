import type { HttpResponse } from '../contract/response';
import { resetInMs, retryAfterInMs } from '../util/resets';

/** Reads what n8n's request helper returns for `returnFullResponse`. */
export function readFullResponse(response: unknown): HttpResponse | undefined {
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

/** How long the server asks to wait, in milliseconds. */
export function retryAfterMs({ headers, status }: HttpResponse): number | undefined {
	if (headers['retry-after'] !== undefined) return retryAfterInMs(headers);
	return status === 429 ? resetInMs(headers) : undefined;
}

/**
 * An answer that n8n turned into an error, as it does for OAuth2's 401. A good one that was thrown
 * broke off, and is none.
 */
export function thrownAnswer(error: unknown): HttpResponse | undefined {
	for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
		if (!('response' in cause)) continue;
		const { response } = cause;
		if (typeof response !== 'object' || response === null || !('status' in response)) continue;
		const { status } = response;
		const body = 'data' in response ? response.data : undefined;
		const headers = 'headers' in response ? response.headers : undefined;
		if (typeof status !== 'number' || status < 300) continue;
		return { status, body, headers: { ...(headers as Record<string, unknown>) } };
	}
	return undefined;
}

/** Whether n8n itself refused to send, rather than the network. */
export function isOwnMessage(error: unknown, code: string): boolean {
	return (
		code === '' &&
		error instanceof Error &&
		!/abort|cancel|socket|network|timeout/i.test(error.message)
	);
}
