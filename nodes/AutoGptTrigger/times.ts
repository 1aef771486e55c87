/** How far back each poll overlaps with the one before: clocks and creation times are not exact. */
export const OVERLAP_MS = 5 * 60_000;
/** How far back polls go at most when none of them was sure to have found everything. */
export const LONGEST_OVERLAP_MS = 30 * 60_000;

/**
 * From where on the next poll lists what is new.
 *
 * @param before from where on this poll did
 */
export function nextSince(before: number | undefined, now: number, isComplete: boolean): number {
	const end = now - OVERLAP_MS;
	if (before === undefined || isComplete) return end;
	// What several polls in a row missed is not there: what is remembered must not grow.
	return Math.min(Math.max(before, now - LONGEST_OVERLAP_MS), end);
}

/** A time of the API in milliseconds; 0 without one. */
export function timeOf(text: string | null | undefined): number {
	const time = Date.parse(text ?? '');
	return Number.isFinite(time) ? time : 0;
}

/** The row with the latest time. */
export function newestOf<R>(rows: R[], at: (row: R) => string): R | undefined {
	return [...rows].sort((a, b) => timeOf(at(b)) - timeOf(at(a)))[0];
}
