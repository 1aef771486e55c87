import { NodeOperationError } from 'n8n-workflow';

import { outcomeOf } from '../../client/runs/results';
import { readRun } from '../../client/runs/runs';
import { readList } from '../../client/http/pages';
import type { RunStatus } from '../../client/contract/types';
import { creditEvent } from './credit';
import type { TriggerEvent } from './events';
import type { Poll } from './poll';
import { askingRun, reviewEvent, waitingReviews } from './reviews';
import { agentEvent, fileEvent } from './rows';
import { finishedEvent, isChosen, judge, startedEvent } from './runEvents';
import { timeOf } from './runLedger';
import type { EventKind } from './settings';

/** Runs looked at for a sample, and read for it, at most. */
const LOOKED_AT = 100;
const READ = 10;
const FINAL: RunStatus[] = ['COMPLETED', 'FAILED', 'TERMINATED'];

const HOW_TO_GET_ONE: Record<EventKind, string> = {
	agentChanged: 'add an agent to your AutoGPT library',
	creditLow: 'raise the balance limit above your present balance',
	fileAdded: 'upload a file to AutoGPT',
	reviewRequested: 'run an agent that asks for a review, and leave it unanswered',
	runFinished: 'run one of the agents to its end, with an outcome that you chose',
	runStarted: 'run one of the agents',
};

function newest<R>(rows: R[], at: (row: R) => string): R | undefined {
	return [...rows].sort((a, b) => timeOf(at(b)) - timeOf(at(a)))[0];
}

async function newestRuns(poll: Poll, statuses?: RunStatus[]) {
	const query = statuses ? { statuses } : {};
	const runs = await readList(poll.client, 'listRuns', { query }, LOOKED_AT);
	return runs.filter(({ graph_id }) => poll.wants(graph_id));
}

async function finishedSample(poll: Poll): Promise<TriggerEvent | undefined> {
	const runs = await newestRuns(poll, FINAL);
	const candidates = runs.filter((run) => judge(poll, run) !== 'unwanted').slice(0, READ);
	for (const { id } of candidates) {
		const run = await readRun(poll.client, id);
		if (isChosen(poll, outcomeOf(run))) return (await finishedEvent(poll, run)).event;
	}
	return undefined;
}

async function reviewSample(poll: Poll): Promise<TriggerEvent | undefined> {
	const reviews = (await waitingReviews(poll)).filter(({ graph_id }) => poll.wants(graph_id));
	const review = newest(reviews, (row) => row.requested_at);
	if (!review) return undefined;
	return await reviewEvent(poll, review, await askingRun(poll, review.run_id));
}

async function creditSample(poll: Poll): Promise<TriggerEvent | undefined> {
	const { balance_cents } = await poll.client.call('getCreditBalance', {});
	const limit = poll.settings.creditLimitCents;
	return balance_cents < limit
		? creditEvent(balance_cents, limit, poll.client.serverNow())
		: undefined;
}

const SAMPLES: Record<EventKind, (poll: Poll) => Promise<TriggerEvent | undefined>> = {
	agentChanged: async (poll) => {
		const agents = await readList(poll.client, 'listLibraryAgents', {});
		const agent = newest(agents, (row) => row.updated_at);
		return agent && agentEvent(poll, agent, agent.created_at === agent.updated_at);
	},
	creditLow: creditSample,
	fileAdded: async (poll) => {
		const file = newest(await readList(poll.client, 'listFiles', {}), (row) => row.created_at);
		return file && fileEvent(file);
	},
	reviewRequested: reviewSample,
	runFinished: finishedSample,
	runStarted: async (poll) => {
		const [run] = await newestRuns(poll);
		return run && (await startedEvent(poll, run));
	},
};

/**
 * One recent event of each chosen kind, for building a workflow; nothing is remembered.
 *
 * @throws NodeOperationError that tells how to get one when there is none
 */
export async function sampleEvents(poll: Poll): Promise<TriggerEvent[]> {
	const events: TriggerEvent[] = [];
	for (const kind of poll.settings.events) {
		const event = await SAMPLES[kind](poll);
		if (event) events.push(event);
	}
	if (events.length > 0) return events;
	const ways = [...poll.settings.events].map((kind) => HOW_TO_GET_ONE[kind]);
	throw new NodeOperationError(poll.functions.getNode(), 'There is no such event yet', {
		description: `To get one to build with, ${ways.join(', or ')}. The published workflow wakes for new events without this.`,
	});
}
