/** No rate limit of either API lasts longer (contract: behaviour.md section 6). */
export const LONGEST_WINDOW_MS = 300_000;
/** API v1 has windows of a minute, and no clock is trusted further. */
const LONGEST_EPOCH_MS = 60_000;
/** Whole seconds from here on are a time since 1970 and no pause. */
const FIRST_EPOCH = 1_000_000_000;
/** Where a time since 1970 is in milliseconds, as some gateways send it. */
const FIRST_EPOCH_MS = 1_000_000_000_000;

type Headers = Readonly<Record<string, unknown>>;

function secondsIn(header: unknown): number | undefined {
	const seconds = Number(header ?? NaN);
	return header === '' || !Number.isFinite(seconds) || seconds < 0 ? undefined : seconds;
}

/** Milliseconds that a header means, which has either seconds or a time since 1970. */
function untilSeconds(seconds: number, headers: Headers): number {
	if (seconds < FIRST_EPOCH) return seconds * 1000;
	return untilEpoch(seconds < FIRST_EPOCH_MS ? seconds * 1000 : seconds, headers);
}

/** Milliseconds until a time since 1970, held against the server's own clock. */
function untilEpoch(epochMs: number, headers: Headers): number {
	const serverNow = Date.parse(String(headers.date ?? ''));
	const now = Number.isFinite(serverNow) ? serverNow : Date.now();
	return Math.min(Math.max(0, epochMs - now), LONGEST_EPOCH_MS);
}

/**
 * Reads `X-RateLimit-Reset`: seconds left in API v2, and in API v1 an epoch in seconds, which is
 * held against the server's own clock (contract: v1.md section 4). A gateway in front may send
 * anything: no wait is longer than the longest window, whatever the header says.
 *
 * @param headers of the response, lower-case names
 * @returns milliseconds until the reset; undefined when the header has no time
 */
export function resetInMs(headers: Headers): number | undefined {
	const seconds = secondsIn(headers['x-ratelimit-reset']);
	if (seconds === undefined) return undefined;
	return Math.min(untilSeconds(seconds, headers), LONGEST_WINDOW_MS);
}

/**
 * Reads `Retry-After`: seconds, or a date. An epoch that a gateway sends there is taken for one, so
 * that only what really means to turn us away for long is longer than the longest window.
 *
 * @param headers of the response, lower-case names
 * @returns milliseconds; undefined when the header has no time
 */
export function retryAfterInMs(headers: Headers): number | undefined {
	const header = headers['retry-after'];
	const seconds = secondsIn(header);
	if (seconds !== undefined) return untilSeconds(seconds, headers);
	const date = /[a-z]/i.test(String(header ?? '')) ? Date.parse(String(header)) : NaN;
	return Number.isFinite(date) ? untilEpoch(date, headers) : undefined;
}
