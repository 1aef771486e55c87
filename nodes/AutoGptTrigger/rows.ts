import { isObject } from '../../client/util/json';
import { entryOf } from '../../client/util/records';
import { nextSince } from './times';

/** What is remembered of rows that have their own time, such as files. */
export interface RowState {
	/** Rows from here on are new unless seen; milliseconds, server's clock. */
	since: number;
	/** Row's time by ID, within the overlap. */
	seen: Record<string, number>;
}

/** A row that has its own time, such as a file. */
interface TimedRow {
	id: string;
	/** Milliseconds. */
	at: number;
}

/** What one poll saw of a list of such rows. */
export interface RowSnapshot<R extends TimedRow> {
	now: number;
	rows: R[];
	isComplete: boolean;
	isOtherAccount: boolean;
}

/** Whether the values of an object are times. */
function areTimes(value: unknown): value is Record<string, number> {
	return isObject(value) && Object.values(value).every((time) => typeof time === 'number');
}

/** What an earlier poll remembered of such rows. */
export function restoreRows(stored: unknown): RowState | undefined {
	if (!isObject(stored)) return undefined;
	const { since, seen } = stored;
	return typeof since === 'number' && areTimes(seen) ? { since, seen } : undefined;
}

/** Which rows are new or have changed, oldest first, and what is remembered then. */
export function compareRows<R extends TimedRow>(
	before: RowState | undefined,
	{ now, rows, isComplete, isOtherAccount }: RowSnapshot<R>,
): { fresh: R[]; state: RowState } {
	const since = nextSince(before?.since, now, isComplete);
	const isFirst = before === undefined || isOtherAccount;
	const fresh = isFirst
		? []
		: rows.filter(({ id, at }) => at >= before.since && entryOf(before.seen, id) !== at);
	// A row that the list left out for once must not be new when it is listed again.
	const missed = isComplete ? {} : (before?.seen ?? {});
	const listed = rows.map(({ id, at }): [string, number] => [id, at]);
	const seen = Object.fromEntries(
		[...Object.entries(missed), ...listed].filter(([, at]) => at >= since),
	);
	return { fresh: fresh.sort((a, b) => a.at - b.at), state: { since, seen } };
}
