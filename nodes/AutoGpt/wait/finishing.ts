import type { Agents } from '../../../client/agents/agents';
import type { AutoGptClient } from '../../../client/http/client';
import { PlatformError } from '../../../client/errors/platformError';
import { isFinal, readWaitingReviews, stopRun } from '../../../client/runs/runs';
import { waitForRuns, type WaitResult } from '../../../client/runs/waiting';
import type { RunDetails } from '../../../client/contract/types';
import { asFailure } from '../framework/failures';
import type { Outcome } from '../framework/operation';
import { attachFiles } from '../../shared/runFiles';
import { shapeRun } from '../../shared/runOutput';
import { judge, lostSight, notOutput, where, type Waiting } from './verdicts';

/** How long a run that was stopped may take to end before it is reported as it is. */
const STOP_PATIENCE_MS = 10_000;
const STOP_INTERVAL_MS = 2_000;

/** What the waiting for the runs of one node shares. */
interface Shared {
	client: AutoGptClient;
	agents: Agents;
}

async function putOut(
	{ client, agents }: Shared,
	waiting: Waiting,
	run: RunDetails,
): Promise<Outcome> {
	const { settings, runId } = waiting;
	// Without its agent a run only lacks its link.
	const agentId = waiting.agentId ?? (await agents.idForGraph(run.graph_id).catch(() => undefined));
	const reviews = run.status === 'REVIEW' ? await readWaitingReviews(client, runId) : undefined;
	const outputs = shapeRun(client.connection, { run, agentId, reviews }, settings);
	return {
		outputs: settings.downloadFiles ? await attachFiles(waiting.item, run, outputs) : outputs,
	};
}

async function conclude(shared: Shared, waiting: Waiting, run: RunDetails): Promise<Outcome> {
	const verdict = judge(shared.client, waiting, run);
	return verdict ? { failure: verdict } : await putOut(shared, waiting, run);
}

/** Stops a run. One that came to its own end first is put out like any other: it was paid for. */
async function stop(shared: Shared, waiting: Waiting, why: string): Promise<Outcome> {
	const { client } = shared;
	const { item, runId } = waiting;
	const stopped = await stopRun(client, runId);
	if (stopped.wasFinished) return await conclude(shared, waiting, stopped.run);
	let { status } = stopped.run;
	if (!isFinal(stopped.run)) {
		const wait = { id: runId, deadline: Date.now() + STOP_PATIENCE_MS, handOutReviews: false };
		const [end] = await waitForRuns(client, [wait], { longestIntervalMs: STOP_INTERVAL_MS });
		if (end && end.ended !== 'unreadable') {
			if (isFinal(end.run) && end.run.status !== 'TERMINATED') {
				return await conclude(shared, waiting, end.run);
			}
			({ status } = end.run);
		}
	}
	return {
		failure: item.failure(
			`Run '${runId}' ${why} and was stopped`,
			`AutoGPT took the stop; its status was then ${status}. ${where(client, waiting)}.`,
		),
	};
}

async function finish(shared: Shared, waiting: Waiting, result: WaitResult): Promise<Outcome> {
	const { client } = shared;
	const { item, runId, settings } = waiting;
	if (result.ended === 'unreadable') {
		return {
			failure: asFailure(
				lostSight(client, waiting, result.reason),
				item.functions.getNode(),
				item.index,
			),
		};
	}
	const { run } = result;
	if (result.ended === 'review' && settings.onReview === 'stop') {
		return await stop(shared, waiting, 'asked for a review');
	}
	if (result.ended === 'timeLimit' && settings.onTimeLimit === 'stop') {
		return await stop(shared, waiting, 'was not finished in time');
	}
	if (result.ended === 'timeLimit' && settings.onTimeLimit === 'fail') {
		return {
			failure: item.failure(
				`Run '${runId}' was not finished in time: it is ${run.status}`,
				`It goes on in AutoGPT. Raise 'Time Limit', or wait on with Run > Wait. ${where(client, waiting)}.`,
			),
		};
	}
	return await conclude(shared, waiting, run);
}

/**
 * Puts out a run whose waiting is over, as its item's options say. Whatever goes wrong on the way
 * still names the run.
 */
export async function outputRun(
	shared: Shared,
	waiting: Waiting,
	result: WaitResult,
): Promise<Outcome> {
	const { client } = shared;
	const { item } = waiting;
	return await finish(shared, waiting, result).catch((error: unknown): Outcome => {
		const isKnown = error instanceof PlatformError && 'run' in result;
		const told = isKnown ? notOutput(client, waiting, result.run, error) : error;
		return { failure: asFailure(told, item.functions.getNode(), item.index) };
	});
}
