import type { IDataObject } from 'n8n-workflow';

import { Agents, runUrl } from '../../../client/agents/agents';
import type { GraphBlockNames } from '../../../client/agents/blockNames';
import type { AutoGptClient } from '../../../client/http/client';
import { acceptLack, PlatformError } from '../../../client/errors/platformError';
import { isFinal, readWaitingReviews, stopRun } from '../../../client/runs/runs';
import { waitForRuns, type WaitResult } from '../../../client/runs/waiting';
import type { Review, RunDetails } from '../../../client/contract/types';
import { asFailure } from '../framework/failures';
import type { Failed, NodeFailure, ItemResult } from '../framework/operation';
import { failedBlockNames } from '../../shared/failedBlockNames';
import { attachRunFiles } from '../../shared/runFiles';
import { runSummary, shapeRun, type FinishedRun } from '../../shared/runOutput';
import {
	explainRunFailure,
	lostSight,
	notReturned,
	runOf,
	whyFailed,
	type Waiting,
} from './runFailures';

/** How long a run that was stopped may take to end before it is reported as it is. */
const STOP_PATIENCE_MS = 10_000;
const STOP_INTERVAL_MS = 2_000;
/** How long the agent of a run may take to be found, which only names it. */
const NAMING_MS = 2_000;

/** What the waiting for the runs of one node shares. */
export interface Shared {
	client: AutoGptClient;
	blocks: GraphBlockNames;
}

/** The same with the agent, which a run does not name; without it a run lacks its link. */
async function withAgent({ client }: Shared, waiting: Waiting, graphId: string): Promise<Waiting> {
	if (waiting.agentId !== undefined) return waiting;
	// The time limit may be over, and a name is worth no long wait.
	const cut = AbortSignal.timeout(NAMING_MS);
	const agents = new Agents(client.endingWith(cut));
	const namedAfter = await agents.ofGraph(graphId).catch(() => undefined);
	return { ...waiting, namedAfter, agentId: namedAfter?.id };
}

/** A run with what is to be known of it beside what it says itself. */
async function known({ blocks }: Shared, waiting: Waiting, run: RunDetails) {
	const { agent, agentId, namedAfter } = waiting;
	const blockNames = await failedBlockNames(blocks, run);
	return { run, agentId, agentName: (agent ?? namedAfter)?.name, blockNames };
}

/** The failure of an item, with what the run returned all the same. */
async function failed(
	shared: Shared,
	waiting: Waiting,
	failure: NodeFailure,
	run: RunDetails,
): Promise<Failed> {
	const { connection } = shared.client;
	const finished = await known(shared, waiting, run);
	return { failure, run: runSummary(connection, finished, waiting.settings) };
}

/** What a run asks; undefined where the server does not tell. */
async function reviewsOf(client: AutoGptClient, { id }: RunDetails): Promise<Review[] | undefined> {
	const reviews = await readWaitingReviews(client, id).catch(acceptLack);
	return reviews instanceof PlatformError ? undefined : reviews;
}

async function putOut(
	shared: Shared,
	waiting: Waiting,
	finished: FinishedRun,
): Promise<ItemResult> {
	const { client } = shared;
	const { run } = finished;
	const reviews = run.status === 'REVIEW' ? await reviewsOf(client, run) : undefined;
	const outputs = shapeRun(client.connection, { ...finished, reviews }, waiting.settings);
	if (!waiting.settings.downloadFiles) return { outputs };
	return { outputs: await attachRunFiles(waiting.item, run, outputs, waiting.settings) };
}

async function conclude(shared: Shared, waiting: Waiting, run: RunDetails): Promise<ItemResult> {
	const finished = await known(shared, waiting, run);
	const reason = whyFailed(waiting, run);
	if (!reason) return await putOut(shared, waiting, finished);
	return {
		failure: explainRunFailure(waiting, reason, run, finished.blockNames),
		run: runSummary(shared.client.connection, finished, waiting.settings),
	};
}

/** Stops a run. One that came to its own end first is returned like any other: it was paid for. */
async function stop(
	shared: Shared,
	waiting: Waiting,
	before: RunDetails,
	why: string,
): Promise<ItemResult> {
	const { client } = shared;
	const { item, runId } = waiting;
	const stopped = await stopRun(client, runId);
	if (stopped.wasFinished) return await conclude(shared, waiting, stopped.run);
	let latest: RunDetails = { ...before, ...stopped.run };
	if (!isFinal(latest)) {
		const wait = { id: runId, deadline: Date.now() + STOP_PATIENCE_MS, returnReviews: false };
		const [end] = await waitForRuns(client, [wait], { longestIntervalMs: STOP_INTERVAL_MS });
		if (end && end.ended !== 'unreadable') {
			if (isFinal(end.run) && end.run.status !== 'TERMINATED') {
				return await conclude(shared, waiting, end.run);
			}
			latest = end.run;
		}
	}
	const failure = item.failure(
		`${runOf(waiting)} ${why} and was stopped`,
		`AutoGPT took the stop; its status was then ${latest.status}.`,
	);
	return await failed(shared, waiting, failure, latest);
}

/** What is known of a run that cannot be read. */
function unreadableRun({ client }: Shared, waiting: Waiting): IDataObject {
	const { agent, agentId, graphId, namedAfter, runId } = waiting;
	return {
		id: runId,
		url: agentId ? runUrl(client.connection, agentId, runId) : null,
		agent_id: agentId || null,
		agent_name: (agent ?? namedAfter)?.name ?? null,
		graph_id: graphId ?? null,
	};
}

async function finish(shared: Shared, waiting: Waiting, result: WaitResult): Promise<ItemResult> {
	const { client } = shared;
	const { item, runId, settings } = waiting;
	if (result.ended === 'unreadable') {
		const { pastReading } = result.reason;
		const reason = pastReading ? result.reason : lostSight(client, waiting, result.reason);
		const failure = asFailure(reason, item.functions.getNode(), item.index);
		if (pastReading?.lastSeen) {
			return await failed(shared, waiting, failure, pastReading.lastSeen);
		}
		return { failure, run: unreadableRun(shared, waiting) };
	}
	const { run } = result;
	if (result.ended === 'review' && settings.onReview === 'stop') {
		return await stop(shared, waiting, run, 'asked for a review');
	}
	if (result.ended === 'timeLimit' && settings.onTimeLimit === 'stop') {
		return await stop(shared, waiting, run, 'was not finished in time');
	}
	if (result.ended === 'timeLimit' && settings.onTimeLimit === 'fail') {
		const failure = item.failure(
			`${runOf(waiting)} was not finished in time: it is ${run.status}`,
			`It goes on in AutoGPT. Raise 'Time Limit', or wait on with Run > Wait and the ID '${runId}'.`,
		);
		return await failed(shared, waiting, failure, run);
	}
	return await conclude(shared, waiting, run);
}

/**
 * Returns a run whose waiting is over, as its item's options say. Whatever fails on the way still
 * names the run.
 */
export async function outputRun(
	shared: Shared,
	unnamed: Waiting,
	result: WaitResult,
): Promise<ItemResult> {
	const run = 'run' in result ? result.run : undefined;
	const waiting = run ? await withAgent(shared, unnamed, run.graph_id) : unnamed;
	return await finish(shared, waiting, result).catch(
		async (error: unknown): Promise<ItemResult> => {
			const { item } = waiting;
			const isKnown = error instanceof PlatformError && run;
			const reason = isKnown ? notReturned(shared.client, waiting, run, error) : error;
			const failure = asFailure(reason, item.functions.getNode(), item.index);
			return run ? await failed(shared, waiting, failure, run) : { failure };
		},
	);
}
