import type { IDataObject } from 'n8n-workflow';

import { agentUrl } from '../../client/agents/agents';
import { fileUriOf } from '../../client/files/files';
import type { LibraryAgent, WorkspaceFile } from '../../client/contract/types';
import { readCompleteList } from './completeList';
import { eventOf, type TriggerEvent } from './events';
import type { Poll } from './poll';
import { OVERLAP_MS, timeOf } from './runLedger';
import type { RowState } from './state';

/** A row that tells its own time, such as a file or an agent. */
interface TimedRow {
	id: string;
	/** Milliseconds. */
	at: number;
}

/** What one look at a list of such rows showed. */
export interface RowLook<R extends TimedRow> {
	now: number;
	rows: R[];
	isComplete: boolean;
	isOtherAccount: boolean;
}

/** Which rows are new or have changed, oldest first, and what is remembered then. */
export function compareRows<R extends TimedRow>(
	before: RowState | undefined,
	{ now, rows, isComplete, isOtherAccount }: RowLook<R>,
): { fresh: R[]; state: RowState } {
	const end = now - OVERLAP_MS;
	const since = before && !isComplete ? Math.min(before.since, end) : end;
	const isFirst = before === undefined || isOtherAccount;
	const fresh = isFirst
		? []
		: rows.filter(({ id, at }) => at >= before.since && before.seen[id] !== at);
	const seen = Object.fromEntries(
		rows.filter(({ at }) => at >= since).map(({ id, at }): [string, number] => [id, at]),
	);
	return { fresh: fresh.sort((a, b) => a.at - b.at), state: { since, seen } };
}

/** The event that a file was added. */
export function fileEvent(file: WorkspaceFile): TriggerEvent {
	return eventOf('file.added', [file.id], {
		file_uri: fileUriOf(file),
		...(file as unknown as IDataObject),
	});
}

/** Finds out which files were added since the last poll. */
export async function pollFiles(
	poll: Poll,
	before: RowState | undefined,
	isOtherAccount: boolean,
): Promise<{ state: RowState; events: TriggerEvent[] }> {
	const { rows, isComplete } = await readCompleteList(
		poll.client,
		'listFiles',
		{},
		{ idOf: ({ id }) => id, growsAtHead: false },
	);
	const timed = rows.map((file) => ({ id: file.id, at: timeOf(file.created_at), file }));
	const now = poll.serverBegan;
	const { fresh, state } = compareRows(before, { now, rows: timed, isComplete, isOtherAccount });
	return { state, events: fresh.map(({ file }) => fileEvent(file)) };
}

/** Lists of agents leave these empty, which would mislead. */
const EMPTY_IN_LISTS = ['input_schema', 'output_schema'];

/** The event that an agent came into the library or was changed there. */
export function agentEvent(poll: Poll, agent: LibraryAgent, isAdded: boolean): TriggerEvent {
	const facts = Object.entries(agent).filter(([name]) => !EMPTY_IN_LISTS.includes(name));
	const [name, key] = isAdded
		? ['agent.added', [agent.id]]
		: ['agent.changed', [agent.id, agent.updated_at]];
	return eventOf(name as string, key as string[], {
		...(Object.fromEntries(facts) as IDataObject),
		url: agentUrl(poll.client.connection, agent.id),
	});
}

/** Finds out which agents came into the library, or were changed, since the last poll. */
export async function pollAgents(
	poll: Poll,
	before: RowState | undefined,
	isOtherAccount: boolean,
): Promise<{ state: RowState; events: TriggerEvent[] }> {
	const { rows, isComplete } = await readCompleteList(
		poll.client,
		'listLibraryAgents',
		{},
		{ idOf: ({ id }) => id, growsAtHead: false },
	);
	const timed = rows.map((agent) => ({ id: agent.id, at: timeOf(agent.updated_at), agent }));
	const now = poll.serverBegan;
	const { fresh, state } = compareRows(before, { now, rows: timed, isComplete, isOtherAccount });
	const isAdded = ({ id, agent }: { id: string; agent: LibraryAgent }) =>
		before !== undefined &&
		before.seen[id] === undefined &&
		timeOf(agent.created_at) >= before.since;
	return {
		state,
		events: fresh.map((row) => agentEvent(poll, row.agent, isAdded(row))),
	};
}
