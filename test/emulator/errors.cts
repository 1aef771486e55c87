import type { components } from '../../client/contract/schema';

type ErrorCode = components['schemas']['ErrorCode'];
export type ValidationIssue = components['schemas']['ValidationIssue'];

const CODES: Record<number, ErrorCode> = {
	400: 'bad_request',
	401: 'unauthorized',
	402: 'payment_required',
	403: 'forbidden',
	404: 'not_found',
	405: 'method_not_allowed',
	409: 'conflict',
	413: 'payload_too_large',
	422: 'validation_error',
	428: 'precondition_required',
	429: 'rate_limit_exceeded',
	500: 'internal_error',
	502: 'upstream_error',
	503: 'service_unavailable',
};

/** An answer that is an error, in the envelope of section 5. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		message: string,
		readonly details: Record<string, unknown> | null = null,
		readonly headers: Record<string, string> = {},
	) {
		super(message);
	}
}

/** A 422 that lists every problem under `details.errors` (section 5). */
export function invalid(
	errors: ValidationIssue[],
	message = 'Request validation failed',
): ApiError {
	return new ApiError(422, message, { errors });
}

/** What is absent and what belongs to another organization look the same (section 3). */
export function notFound(what: string): ApiError {
	return new ApiError(404, `${what} not found`);
}

/** An update needs at least one field that it sets (section 14). */
export function requireFields(body: object): void {
	if (Object.values(body).some((value) => value !== undefined && value !== null)) return;
	throw new ApiError(400, 'At least one field must be given');
}

/** The error envelope: exactly `code`, `message` and `details` (section 5). */
export function envelope(
	status: number,
	message: string,
	details: Record<string, unknown> | null = null,
) {
	const code = CODES[status] ?? (status < 500 ? 'request_failed' : 'internal_error');
	return { error: { code, message, details } };
}
