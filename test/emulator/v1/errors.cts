/** An answer of API v1 that is an error: `{"detail": …}` (v1.md section 3). */
export class DetailError extends Error {
	constructor(
		readonly status: number,
		readonly detail: unknown,
		readonly headers: Record<string, string> = {},
	) {
		super(JSON.stringify(detail));
	}
}

/** A fault that the server does not explain: plain text, whoever caused it. */
export class SilentError extends Error {}

/** The server decodes such texts wrongly: "café" arrives as "cafÃ©". */
export function garbled(text: string): string {
	return Buffer.from(text, 'utf8').toString('latin1');
}
