import type { ServerClock } from './clock.cts';
import { ApiError } from './errors.cts';

/** State of one window after a request was counted in it. */
export interface Window {
	limit: number;
	remaining: number;
	resetSeconds: number;
	exceeded: boolean;
}

/** Fixed windows aligned to the clock (section 6). */
export class Limiter {
	private readonly counts = new Map<string, { window: number; count: number }>();

	constructor(
		private readonly clock: ServerClock,
		private readonly enabled: boolean,
	) {}

	/** Counts one request; a full window says `exceeded` and stays full. */
	hit(bucket: string, limit: number, seconds: number): Window {
		const used = this.count(bucket, seconds) + 1;
		this.counts.set(bucket, { window: this.window(seconds), count: used });
		return this.describe(used, limit, seconds);
	}

	/** Looks at a window without counting: would one more request be too many? */
	peek(bucket: string, limit: number, seconds: number): Window {
		return this.describe(this.count(bucket, seconds) + 1, limit, seconds);
	}

	private describe(used: number, limit: number, seconds: number): Window {
		const now = this.clock.now().getTime() / 1000;
		const resetSeconds = Math.max(1, Math.ceil((this.window(seconds) + 1) * seconds - now));
		if (!this.enabled) return { limit, remaining: limit - 1, resetSeconds, exceeded: false };
		return { limit, remaining: Math.max(0, limit - used), resetSeconds, exceeded: used > limit };
	}

	private count(bucket: string, seconds: number): number {
		const entry = this.counts.get(bucket);
		return entry?.window === this.window(seconds) ? entry.count : 0;
	}

	private window(seconds: number): number {
		return Math.floor(this.clock.now().getTime() / 1000 / seconds);
	}
}

/** The three headers of section 6; the reset is in seconds left, not an epoch. */
export function limitHeaders(window: Window): Record<string, string> {
	return {
		'X-RateLimit-Limit': String(window.limit),
		'X-RateLimit-Remaining': String(window.remaining),
		'X-RateLimit-Reset': String(window.resetSeconds),
	};
}

/** A 429 with `Retry-After`, and with the other headers where they are sent (section 6). */
export function tooMany(window: Window, isAnnounced = true): ApiError {
	return new ApiError(429, `Rate limit of ${window.limit} requests exceeded`, null, {
		...(isAnnounced ? limitHeaders(window) : {}),
		'Retry-After': String(window.resetSeconds),
	});
}
