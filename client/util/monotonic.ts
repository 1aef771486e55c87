/**
 * Milliseconds since the process began. Unlike `Date.now()` they never go back, nor jump when the
 * machine's clock is put right: events carry such a time, and the linter allows no other source.
 */
export function monotonicNow(): number {
	return new Event('now').timeStamp;
}
