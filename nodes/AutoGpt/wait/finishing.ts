import type { IDataObject } from 'n8n-workflow';

import { Agents, runUrl } from '../../../client/agents/agents';
import { GraphBlockNames } from '../../../client/agents/blockNames';
import { endpoints } from '../../../client/contract/endpoints';
import { explainSilence } from '../../../client/errors/network';
import type { AutoGptClient } from '../../../client/http/client';
import { acceptLack, asAnswer, mayPass, PlatformError } from '../../../client/errors/platformError';
import { doneBy } from '../../../client/http/doneBy';
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
	notStopped,
	runOf,
	whyFailed,
	type Waiting,
} from './runFailures';

/** How long a run that was stopped may take to end before it is reported as it is. */
const STOP_PATIENCE_MS = 10_000;
const STOP_INTERVAL_MS = 2_000;
/** How long the agent of a run may take to be found, which only names it. */
const NAMING_MS = 2_000;
/** What is read after a wait may take so much longer than its time limit. */
const GRACE_MS = 5_000;

/** How an item whose wait is over reaches AutoGPT. */
interface Shared {
	client: AutoGptClient;
	/** When the reading ends that follows the wait, in milliseconds since the epoch. */
	until: number;
}

/** The same after something that took its own time. */
function goOn({ client }: Shared): Shared {
	return { client, until: Date.now() + GRACE_MS };
}

/** The same with the agent, which a run does not name; without it a run lacks its link. */
async function withAgent(
	{ client, until }: Shared,
	waiting: Waiting,
	graphId: string,
): Promise<Waiting> {
	if (waiting.agentId !== undefined) return waiting;
	// The time limit may be over, and a name is worth no long wait.
	const soon = Math.min(until, Date.now() + NAMING_MS);
	const namedAfter = await doneBy(
		client,
		soon,
		async (cut) => await new Agents(cut).ofGraph(graphId),
	).catch(() => undefined);
	return { ...waiting, namedAfter, agentId: namedAfter?.id };
}

/** A run with what is to be known of it beside what it says itself. */
async function known({ client, until }: Shared, waiting: Waiting, run: RunDetails) {
	const { agent, agentId, namedAfter } = waiting;
	const blockNames = await doneBy(
		client,
		until,
		async (cut) => await failedBlockNames(new GraphBlockNames(cut), run),
	);
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

/**
 * What a run asks; undefined where the server does not tell.
 *
 * @throws PlatformError where it does not tell in time, and the user wants the run for its reviews
 */
async function reviewsOf(
	{ client, until }: Shared,
	{ settings }: Waiting,
	{ id }: RunDetails,
): Promise<Review[] | undefined> {
	const reviews = await doneBy(
		client,
		until,
		async (cut) => await readWaitingReviews(cut, id).catch(acceptLack),
	);
	if (reviews === undefined && settings.onReview === 'return') {
		const facts = { endpoint: endpoints.listReviews, path: {}, connection: client.connection };
		throw client.error(explainSilence(facts, 'ETIMEDOUT'));
	}
	return reviews instanceof PlatformError ? undefined : reviews;
}

async function putOut(
	shared: Shared,
	waiting: Waiting,
	finished: FinishedRun,
): Promise<ItemResult> {
	const { client } = shared;
	const { run } = finished;
	const reviews = run.status === 'REVIEW' ? await reviewsOf(shared, waiting, run) : undefined;
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

/** Why the node is to stop the run of a wait itself; undefined where it is not. */
function whyStopped({ settings }: Waiting, result: WaitResult): string | undefined {
	if (result.ended === 'review') {
		return settings.onReview === 'stop' ? 'asked for a review' : undefined;
	}
	if (settings.onTimeLimit !== 'stop' || settings.timeLimitMs === Infinity) return undefined;
	// It goes on and costs money, also where AutoGPT does not answer.
	const isUnseen = result.ended === 'unreadable' && mayPass(result.reason);
	return result.ended === 'timeLimit' || isUnseen ? 'was not finished in time' : undefined;
}

/** Whether the node stops the run itself, which must not wait for the other runs. */
export function isToBeStopped(waiting: Waiting, result: WaitResult): boolean {
	return whyStopped(waiting, result) !== undefined;
}

/**
 * Stops a run. One that came to its own end first is returned like any other: it was paid for.
 *
 * @param before the run as it was last seen, if it was
 */
async function stop(
	shared: Shared,
	unnamed: Waiting,
	before: RunDetails | undefined,
	why: string,
): Promise<ItemResult> {
	const { client } = shared;
	const { item, runId } = unnamed;
	const stopped = await stopRun(client, runId).catch(asAnswer);
	const after = goOn(shared);
	if (stopped instanceof PlatformError) {
		const isGone = stopped.status === 404;
		const reason = isGone
			? lostSight(client, unnamed, stopped)
			: notStopped(client, unnamed, why, stopped);
		const failure = asFailure(reason, item.functions.getNode(), item.index);
		if (before) return await failed(after, unnamed, failure, before);
		return { failure, run: unreadableRun(after, unnamed) };
	}
	const waiting = await withAgent(after, unnamed, stopped.run.graph_id);
	if (stopped.wasFinished) return await conclude(after, waiting, stopped.run);
	let latest: RunDetails = { outputs: null, node_executions: null, ...before, ...stopped.run };
	if (!isFinal(latest)) {
		const wait = { id: runId, deadline: Date.now() + STOP_PATIENCE_MS, returnReviews: false };
		const [end] = await waitForRuns(client, [wait], { longestIntervalMs: STOP_INTERVAL_MS });
		if (end && end.ended !== 'unreadable') {
			if (isFinal(end.run) && end.run.status !== 'TERMINATED') {
				return await conclude(goOn(shared), waiting, end.run);
			}
			latest = end.run;
		}
	}
	const failure = item.failure(
		`${runOf(waiting)} ${why} and was stopped`,
		`AutoGPT took the stop; its status was then ${latest.status}.`,
	);
	return await failed(goOn(shared), waiting, failure, latest);
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
	const why = whyStopped(waiting, result);
	if (why !== undefined) {
		return await stop(shared, waiting, 'run' in result ? result.run : undefined, why);
	}
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
 *
 * @param overAt when the waiting was over, in milliseconds since the epoch
 */
export async function outputRun(
	client: AutoGptClient,
	unnamed: Waiting,
	result: WaitResult,
	overAt = Date.now(),
): Promise<ItemResult> {
	const { since = overAt, settings } = unnamed;
	const shared = { client, until: Math.max(since + settings.timeLimitMs, overAt) + GRACE_MS };
	const run = 'run' in result ? result.run : undefined;
	const waiting = run ? await withAgent(shared, unnamed, run.graph_id) : unnamed;
	return await finish(shared, waiting, result).catch(
		async (error: unknown): Promise<ItemResult> => {
			const { item } = waiting;
			const isKnown = error instanceof PlatformError && run;
			const reason = isKnown ? notReturned(client, waiting, run, error) : error;
			const failure = asFailure(reason, item.functions.getNode(), item.index);
			return run ? await failed(shared, waiting, failure, run) : { failure };
		},
	);
}
