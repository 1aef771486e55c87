import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../client/util/json';

/** All that the trigger remembers from one poll to the next. */
export interface TriggerState {
	version: 1;
	/** Workflow and node that the state belongs to: copies of the workflow start afresh. */
	owner: string;
	/** Name that the node had: n8n keeps the state under it. */
	name?: string;
	/** How many polls led to this state. */
	polls?: number;
	/** The credential: another one may see another account. */
	account: string;
	/** Graph of each library agent that was looked up. */
	graphs: Record<string, string>;
	/** What each source of events remembers, in the slot that it names. */
	[slot: string]: unknown;
}

export const STATE_VERSION = 1;
const KEY = 'state';

function isState(value: unknown): value is TriggerState {
	return (
		isObject(value) &&
		value.version === STATE_VERSION &&
		typeof value.owner === 'string' &&
		typeof value.account === 'string' &&
		isObject(value.graphs)
	);
}

/**
 * Reads the state that this node left behind.
 *
 * @returns undefined when there is none, or one of another node or version: then the trigger
 * starts afresh
 */
export function loadState(staticData: IDataObject, owner: string): TriggerState | undefined {
	// A copy without n8n's watching proxies: nothing changes before the poll has succeeded.
	const stored: unknown = JSON.parse(JSON.stringify(staticData[KEY] ?? null));
	return isState(stored) && stored.owner === owner ? stored : undefined;
}

/**
 * The state to go on from. A node that gets an earlier name back finds what it left under that name,
 * which is older than what was reported under the other one.
 *
 * @param stored what n8n keeps under the node's name
 * @param remembered what the last poll in this process left
 */
export function newestState(
	stored: TriggerState | undefined,
	remembered: TriggerState | undefined,
	name: string,
): TriggerState | undefined {
	if (!stored || !remembered) return stored ?? remembered;
	// Under the same name what n8n stored counts: if it could not store the last poll's events, they
	// are reported again.
	if (remembered.name === name) return stored;
	return (remembered.polls ?? 0) > (stored.polls ?? 0) ? remembered : stored;
}

/** Leaves the state behind, in one step. */
export function saveState(staticData: IDataObject, state: TriggerState): void {
	staticData[KEY] = state as IDataObject;
}
