/** How far back each look overlaps with the one before: clocks and creation times are not exact. */
export const OVERLAP_MS = 5 * 60_000;

/** A time of the API in milliseconds; 0 without one. */
export function timeOf(text: string | null | undefined): number {
	const time = Date.parse(text ?? '');
	return Number.isFinite(time) ? time : 0;
}

/** The row with the latest time. */
export function newestOf<R>(rows: R[], at: (row: R) => string): R | undefined {
	return [...rows].sort((a, b) => timeOf(at(b)) - timeOf(at(a)))[0];
}
