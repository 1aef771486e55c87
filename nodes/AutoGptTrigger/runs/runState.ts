import { isObject } from '../../../client/util/json';

/** A run that has come to its end and was not returned yet. */
export interface DueRun {
	id: string;
	graphId: string;
	/** Milliseconds since the epoch on the server's clock; 0 while unknown. */
	endedAt: number;
	/** How often it could not be read. */
	tries: number;
	/** The latest time at which it may have been created, if known; milliseconds, server's clock. */
	createdBy?: number;
}

/** What is remembered of runs: those that are open, and what the next poll overlaps with. */
export interface RunState {
	/** The graph that lists are limited to; empty for all. */
	scope: string;
	/** Finished runs created from here on are listed next time; milliseconds, server's clock. */
	since: number;
	/** Time of creation that lists are limited to while much is to be listed; milliseconds. */
	portion?: number;
	/** IDs of runs that were not finished at the last poll, by graph, oldest first. */
	open: Record<string, string[]>;
	/** Finished runs that wait for their turn, oldest first. */
	due: DueRun[];
	/**
	 * Finished runs that are dealt with: the latest time at which each may have been created, on the
	 * server's clock. No run can be listed again once lists begin after that, except on servers that
	 * ignore the filter: there it stays for as long as it is listed.
	 */
	seen: Record<string, number>;
}

function isDue(value: unknown): value is DueRun {
	return (
		isObject(value) &&
		typeof value.id === 'string' &&
		typeof value.graphId === 'string' &&
		typeof value.endedAt === 'number' &&
		typeof value.tries === 'number'
	);
}

function isRunState(value: unknown): value is RunState {
	return (
		isObject(value) &&
		typeof value.scope === 'string' &&
		typeof value.since === 'number' &&
		isObject(value.open) &&
		Object.values(value.open).every(Array.isArray) &&
		Array.isArray(value.due) &&
		value.due.every(isDue) &&
		(value.portion === undefined || typeof value.portion === 'number') &&
		isObject(value.seen)
	);
}

/** What an earlier poll remembered of runs. */
export function restoreRuns(stored: unknown): RunState | undefined {
	return isRunState(stored) ? stored : undefined;
}
