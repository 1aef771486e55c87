/** No rate limit of either API lasts longer, and no clock is trusted further. */
const LONGEST_MS = 60_000;
/** Whole seconds from here on are a time since 1970 and no pause. */
const FIRST_EPOCH = 1_000_000_000;

/**
 * Reads `X-RateLimit-Reset`: seconds left in API v2, and in API v1 an epoch in seconds, which is
 * held against the server's own clock (contract: v1.md section 4).
 *
 * @param headers of the response, lower-case names
 * @returns milliseconds until the reset; undefined when the header tells none
 */
export function resetInMs(headers: Readonly<Record<string, unknown>>): number | undefined {
	const header = headers['x-ratelimit-reset'];
	const seconds = Number(header ?? NaN);
	if (header === '' || !Number.isFinite(seconds) || seconds < 0) return undefined;
	if (seconds < FIRST_EPOCH) return seconds * 1000;
	const told = Date.parse(String(headers.date ?? ''));
	const now = Number.isFinite(told) ? told : Date.now();
	return Math.min(Math.max(0, seconds * 1000 - now), LONGEST_MS);
}
