import { type INodeExecutionData, type IPollFunctions } from 'n8n-workflow';

import { pollBudgetMs } from '../../client/compat/pollBudget';
import type { AutoGptClient } from '../../client/http/client';
import { PLACES, type TriggerEvent } from './event';
import { EVENTS } from './events';
import type { PollMemory } from './memory';
import { Poll } from './poll';
import { Round } from './round';
import { sampleEvents } from './sample';
import { readTriggerSettings } from './settings';
import { loadState, newestState, saveState, STATE_VERSION, type TriggerState } from './state';

const LONGEST_POLL_MS = 4 * 60_000;
/** Graphs remembered at most. */
const MOST_GRAPHS = 500;
const EVENT_VALUES = EVENTS.map(({ value }) => value);

function budgetOf(functions: IPollFunctions): number {
	return Math.min(pollBudgetMs(functions) ?? LONGEST_POLL_MS, LONGEST_POLL_MS);
}

function toItem({ json, binary }: TriggerEvent): INodeExecutionData {
	return binary ? { json, binary } : { json };
}

/** Reads all events that are wanted, one kind after the other. */
async function readEvents(round: Round): Promise<TriggerEvent[]> {
	const { events: wanted } = round.poll.settings;
	const found: Array<{ place: (typeof PLACES)[number]; events: TriggerEvent[] }> = [];
	for (const { value, place, poll } of EVENTS) {
		if (wanted.has(value)) found.push({ place, events: await poll(round) });
	}
	return PLACES.flatMap((here) => found.filter(({ place }) => place === here))
		.map(({ events }) => events)
		.flat();
}

/** Forgets graphs of agents that nobody chose once there are many; they can be looked up again. */
function withoutMany(graphs: Record<string, string>, agentIds: string[]): Record<string, string> {
	const entries = Object.entries(graphs);
	if (entries.length <= MOST_GRAPHS) return graphs;
	return Object.fromEntries(entries.filter(([agentId]) => agentIds.includes(agentId)));
}

async function pollForEvents(
	functions: IPollFunctions,
	client: AutoGptClient,
	owner: string,
	memory: PollMemory,
): Promise<TriggerEvent[]> {
	const settings = readTriggerSettings(functions, EVENT_VALUES);
	const staticData = functions.getWorkflowStaticData('node');
	const { name } = functions.getNode();
	const before = newestState(loadState(staticData, owner), memory.recall(owner), name);
	const graphs = withoutMany({ ...before?.graphs }, settings.agentIds);
	const account = client.connection.accountKey;
	const polls = (before?.polls ?? 0) + 1;
	const next: TriggerState = { version: STATE_VERSION, owner, name, polls, account, graphs };
	const poll = new Poll(functions, client, settings, graphs, budgetOf(functions));
	const events = await poll.inTime(async () => {
		await poll.findGraphs();
		return await readEvents(new Round(poll, before, next));
	});
	saveState(staticData, next);
	memory.remember(next);
	return events;
}

/**
 * Finds out what has happened since the last poll. What it remembers changes in one step at the
 * end, together with returning the events; a poll that fails changes nothing.
 */
export async function pollOnce(
	functions: IPollFunctions,
	client: AutoGptClient,
	memory: PollMemory,
): Promise<INodeExecutionData[]> {
	if (functions.getMode() === 'manual') {
		const settings = readTriggerSettings(functions, EVENT_VALUES);
		const poll = new Poll(functions, client, settings, {}, LONGEST_POLL_MS);
		await poll.findGraphs();
		return (await sampleEvents(poll)).map(toItem);
	}
	const owner = `${functions.getWorkflow().id ?? ''} ${functions.getNode().id}`;
	return await memory.alone(owner, async () => {
		const events = await pollForEvents(functions, client, owner, memory);
		return events.map(toItem);
	});
}
