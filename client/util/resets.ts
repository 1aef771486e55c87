/** No rate limit of either API lasts longer (contract: behaviour.md section 6). */
const LONGEST_WINDOW_MS = 300_000;
/** API v1 has windows of a minute, and no clock is trusted further. */
const LONGEST_EPOCH_MS = 60_000;
/** Whole seconds from here on are a time since 1970 and no pause. */
const FIRST_EPOCH = 1_000_000_000;
/** Where a time since 1970 is in milliseconds, as some gateways send it. */
const FIRST_EPOCH_MS = 1_000_000_000_000;

/**
 * Reads `X-RateLimit-Reset`: seconds left in API v2, and in API v1 an epoch in seconds, which is
 * held against the server's own clock (contract: v1.md section 4). A gateway in front may send
 * anything: no wait is longer than the longest window, whatever the header says.
 *
 * @param headers of the response, lower-case names
 * @returns milliseconds until the reset; undefined when the header has no time
 */
export function resetInMs(headers: Readonly<Record<string, unknown>>): number | undefined {
	const header = headers['x-ratelimit-reset'];
	const seconds = Number(header ?? NaN);
	if (header === '' || !Number.isFinite(seconds) || seconds < 0) return undefined;
	if (seconds < FIRST_EPOCH) return Math.min(seconds * 1000, LONGEST_WINDOW_MS);
	const epochMs = seconds < FIRST_EPOCH_MS ? seconds * 1000 : seconds;
	const serverNow = Date.parse(String(headers.date ?? ''));
	const now = Number.isFinite(serverNow) ? serverNow : Date.now();
	return Math.min(Math.max(0, epochMs - now), LONGEST_EPOCH_MS);
}
