/** The code that the HTTP client gives an answer that began well and did not come to its end. */
export const BROKEN_OFF = 'ERR_BAD_RESPONSE';

/**
 * The network's code of a failed request whose error n8n has wrapped, or `` without one.
 *
 * n8n before 2.37 loses the cause of an error that it wraps. What is left is `httpCode`: the
 * response's status, or the network's code where no response came. From 2.37 on `cause` has it.
 */
export function codeOfLostCause(error: unknown): string {
	if (!(error instanceof Error) || error.cause !== undefined) return '';
	if (!('httpCode' in error) || typeof error.httpCode !== 'string') return '';
	const { httpCode } = error;
	const isStatus = /^\d+$/.test(httpCode);
	if (!isStatus) return httpCode;
	return Number(httpCode) < 300 ? BROKEN_OFF : '';
}
