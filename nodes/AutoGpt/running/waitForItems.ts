import { NodeOperationError } from 'n8n-workflow';

import { runUrl, type Agents } from '../../../platform/agents';
import type { PlatformClient } from '../../../platform/client';
import { mapBounded } from '../../../platform/concurrency';
import { failedBlocks, outcomeOf } from '../../../platform/runResult';
import {
	readRun,
	readWaitingReviews,
	stopRun,
	waitForRuns,
	type WaitResult,
} from '../../../platform/runs';
import type { LibraryAgent, RunDetails } from '../../../platform/types';
import { asFailure } from '../framework/failures';
import type { Item } from '../framework/item';
import type { NodeFailure, Outcome } from '../framework/operation';
import { attachFiles } from './files';
import { shapeRun } from './outputs';
import { readRunSettings, type RunSettings } from './settings';

/** An item and the run that belongs to it. */
export interface ItemRun {
	item: Item;
	runId: string;
	/** Known after a start. */
	graphId?: string;
	agentId?: string;
	agent?: LibraryAgent;
}

interface Waiting extends ItemRun {
	settings: RunSettings;
}

const FINISHES_AT_ONCE = 5;

function failure({ item }: Waiting, message: string, description: string): NodeOperationError {
	return item.failure(message, description);
}

function where(client: PlatformClient, { agentId, runId }: Waiting): string {
	return agentId
		? `Open ${runUrl(client.connection, agentId, runId)}`
		: `Open run '${runId}' in AutoGPT`;
}

function missingOutputs(run: RunDetails, { agent, settings }: Waiting): string[] {
	const declared = Object.keys(agent?.output_schema.properties ?? {});
	const expected = settings.expectedOutputs.length > 0 ? settings.expectedOutputs : declared;
	return expected.filter((name) => (run.outputs?.[name] ?? []).length === 0);
}

function blockMessages(run: RunDetails): string {
	const messages = failedBlocks(run).map(({ message }) => message || 'no message');
	return messages.length > 0
		? `Failed blocks: ${messages.join('; ')}.`
		: 'No block gave a message; check the inputs.';
}

/** Why a finished run counts as a failure for the user; undefined when it does not. */
function judge(client: PlatformClient, waiting: Waiting, run: RunDetails): NodeFailure | undefined {
	const { failOn } = waiting.settings;
	const outcome = outcomeOf(run);
	const link = where(client, waiting);
	if (outcome === 'failed' && failOn.includes('failed')) {
		return failure(waiting, `Run '${run.id}' failed`, `${blockMessages(run)} ${link}.`);
	}
	if (outcome === 'stopped' && failOn.includes('stopped')) {
		return failure(
			waiting,
			`Run '${run.id}' was stopped`,
			`Someone or something stopped it in AutoGPT. ${link}.`,
		);
	}
	if (outcome === 'completedWithFailedBlocks' && failOn.includes('failedBlocks')) {
		return failure(
			waiting,
			`Run '${run.id}' completed with failed blocks`,
			`${blockMessages(run)} ${link}.`,
		);
	}
	const missing =
		run.status === 'COMPLETED' && failOn.includes('missingOutputs')
			? missingOutputs(run, waiting)
			: [];
	if (missing.length > 0) {
		return failure(
			waiting,
			`Run '${run.id}' completed without: ${missing.join(', ')}`,
			`${blockMessages(run)} ${link}.`,
		);
	}
	return undefined;
}

async function putOut(
	client: PlatformClient,
	waiting: Waiting,
	run: RunDetails,
	agents: Agents,
): Promise<Outcome> {
	const { settings, runId } = waiting;
	const agentId = waiting.agentId ?? (await agents.idForGraph(run.graph_id));
	const reviews = run.status === 'REVIEW' ? await readWaitingReviews(client, runId) : undefined;
	const outputs = shapeRun(client.connection, { run, agentId, reviews }, settings);
	return {
		outputs: settings.downloadFiles ? await attachFiles(waiting.item, run, outputs) : outputs,
	};
}

async function stopped(client: PlatformClient, waiting: Waiting, why: string): Promise<Outcome> {
	const { run, wasFinished } = await stopRun(client, waiting.runId);
	const state = wasFinished ? `it had ended as ${run.status}` : `its status was then ${run.status}`;
	return {
		failure: failure(
			waiting,
			`Run '${waiting.runId}' ${why} and was stopped`,
			`AutoGPT took the stop; ${state}. ${where(client, waiting)}.`,
		),
	};
}

async function finish(
	client: PlatformClient,
	waiting: Waiting,
	result: WaitResult,
	agents: Agents,
): Promise<Outcome> {
	const { settings, runId } = waiting;
	if (result.ended === 'unreadable') {
		return {
			failure: asFailure(result.reason, waiting.item.functions.getNode(), waiting.item.index),
		};
	}
	const { run } = result;
	if (result.ended === 'review' && settings.onReview === 'stop') {
		return await stopped(client, waiting, 'asked for a review');
	}
	if (result.ended === 'timeLimit' && settings.onTimeLimit === 'stop') {
		return await stopped(client, waiting, 'was not finished in time');
	}
	if (result.ended === 'timeLimit' && settings.onTimeLimit === 'fail') {
		return {
			failure: failure(
				waiting,
				`Run '${runId}' was not finished in time: it is ${run.status}`,
				`It goes on in AutoGPT. Raise 'Time Limit', or wait on with Run > Wait. ${where(client, waiting)}.`,
			),
		};
	}
	const verdict = judge(client, waiting, run);
	return verdict ? { failure: verdict } : await putOut(client, waiting, run, agents);
}

function stopOnCancel(
	client: PlatformClient,
	waiting: Waiting[],
	results: Map<string, unknown>,
): void {
	const signal = client.cancelSignal;
	const toStop = waiting.filter(({ settings }) => settings.stopRunsOnCancel);
	if (!signal || toStop.length === 0) return;
	const after = client.afterStop();
	const stopOpenRuns = () => {
		const open = toStop.filter(({ runId }) => !results.has(runId));
		void mapBounded(
			open,
			FINISHES_AT_ONCE,
			async ({ runId }) => await stopRun(after, runId).catch(() => undefined),
		);
	};
	signal.addEventListener('abort', stopOpenRuns, { once: true });
}

function hintAtFailedBlocks(items: Waiting[], results: Map<string, WaitResult>): void {
	const functions = items[0]?.item.functions;
	const count = items.filter(({ runId }) => {
		const result = results.get(runId);
		return result?.ended === 'final' && outcomeOf(result.run) === 'completedWithFailedBlocks';
	}).length;
	if (!functions || count === 0) return;
	functions.addExecutionHints({
		message: `${count === 1 ? 'A run' : `${count} runs`} completed although blocks failed. See failed_blocks, or choose this under Fail On.`,
		type: 'warning',
		location: 'outputPane',
	});
}

/**
 * Waits for the runs of many items together and puts them out as each item's options say.
 *
 * @returns one outcome for each of `runs`, in order
 */
export async function waitForItems(
	client: PlatformClient,
	runs: ItemRun[],
	agents: Agents,
	stopsAtFailure: boolean,
): Promise<Outcome[]> {
	const items: Waiting[] = runs.map((run) => ({ ...run, settings: readRunSettings(run.item) }));
	const byRun = new Map(items.map((waiting) => [waiting.runId, waiting]));
	const results = new Map<string, WaitResult>();
	stopOnCancel(client, items, results);
	await waitForRuns(
		client,
		items.map(({ runId, graphId, settings }) => ({
			id: runId,
			graphId,
			deadline: Date.now() + settings.timeLimitMs,
			handOutReviews: settings.onReview !== 'wait',
		})),
		{
			longestIntervalMs: Math.min(...items.map(({ settings }) => settings.longestIntervalMs)),
			onSettled: (id, result) => {
				results.set(id, result);
				const waiting = byRun.get(id);
				if (!stopsAtFailure || !waiting || result.ended === 'unreadable') return true;
				return judge(client, waiting, result.run) === undefined;
			},
		},
	);
	hintAtFailedBlocks(items, results);
	return await mapBounded(items, FINISHES_AT_ONCE, async (waiting): Promise<Outcome> => {
		const result = results.get(waiting.runId) ?? (await leftOver(client, waiting));
		return await finish(client, waiting, result, agents).catch((error: unknown) => ({
			failure: asFailure(error, waiting.item.functions.getNode(), waiting.item.index),
		}));
	});
}

/** A run that was still open when another item's failure ended the waiting. */
async function leftOver(client: PlatformClient, { runId }: Waiting): Promise<WaitResult> {
	return { ended: 'final', run: await readRun(client, runId) };
}
