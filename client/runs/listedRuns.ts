import { ignoresRunDates } from '../contract/described';
import type { Run } from '../contract/types';
import type { AutoGptClient } from '../http/client';
import { eachRow, readList, type ListOptions } from '../http/pages';
import { parseJson } from '../util/json';

type Query = NonNullable<ListOptions<'listRuns'>['query']>;

/** Bounds on the time when runs were created, in milliseconds since the epoch. */
interface Bounds {
	after: number;
	before: number;
}

function boundsOf({ started_after: after, started_before: before }: Query): Bounds {
	return {
		after: after === undefined ? -Infinity : Date.parse(after),
		before: before === undefined ? Infinity : Date.parse(before),
	};
}

/** When a run began, as far as it tells: a list names no time of creation. */
function beganAt({ started_at, ended_at }: Run): number | undefined {
	const time = started_at ?? ended_at;
	return time === null ? undefined : Date.parse(time);
}

function isWithin(run: Run, { after, before }: Bounds, now: number): boolean {
	// One that has not begun was mostly created just now.
	const time = beganAt(run) ?? now;
	return time >= after && time <= before;
}

function isWanted(run: Run, { statuses }: Query): boolean {
	return !statuses || statuses.includes(run.status);
}

/** Whether the server, by its own description, does not filter runs by time. */
async function ignoresDates(client: AutoGptClient): Promise<boolean> {
	return ignoresRunDates(parseJson(await client.readDescription()));
}

/**
 * Reads runs, newest first. Older servers ignore filters by status and time, and return runs that
 * were not asked for; these are left out by what they tell of themselves (contract: behaviour.md
 * section 1).
 *
 * @returns `limit` runs at most
 */
export async function listRuns(client: AutoGptClient, query: Query, limit: number): Promise<Run[]> {
	const bounds = boundsOf(query);
	const now = client.serverNow().getTime();
	const keep = query.statuses && ((run: Run) => isWanted(run, query));
	const runs = await readList(client, 'listRuns', { query }, limit, keep);
	// Creation is what is filtered by, and a run may begin later: only the server itself can tell.
	if (runs.every((run) => isWithin(run, bounds, now)) || !(await ignoresDates(client))) return runs;
	const within: Run[] = [];
	for await (const run of eachRow(client, 'listRuns', { query })) {
		if (within.length >= limit || (beganAt(run) ?? Infinity) < bounds.after) break;
		if (isWanted(run, query) && isWithin(run, bounds, now)) within.push(run);
	}
	return within;
}
