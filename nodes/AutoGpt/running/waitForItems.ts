import type { Agents } from '../../../platform/agents';
import type { PlatformClient } from '../../../platform/client';
import { mapBounded } from '../../../platform/concurrency';
import { outcomeOf } from '../../../platform/runResult';
import { stopRun } from '../../../platform/runs';
import { waitForRuns, type WaitResult } from '../../../platform/runWaits';
import type { Outcome } from '../framework/operation';
import { putOutRun } from './finishing';
import { tellOfOthers } from './others';
import { readRunSettings } from './settings';
import { judge, type ItemRun, type Waiting } from './verdicts';

export type { ItemRun } from './verdicts';

const FINISHES_AT_ONCE = 5;
/** Whether an item fails, as far as can be told without another request. */
function isFailure(client: PlatformClient, waiting: Waiting, result: WaitResult): boolean {
	const { onReview, onTimeLimit } = waiting.settings;
	if (result.ended === 'unreadable') return true;
	if (result.ended === 'timeLimit') return onTimeLimit !== 'return';
	if (result.ended === 'review') return onReview === 'stop';
	return judge(client, waiting, result.run) !== undefined;
}

/** Stops the runs still open when the user presses Stop in n8n, for items that ask for it. */
function stopOnCancel(client: PlatformClient, items: Waiting[], settled: Set<number>): void {
	const signal = client.cancelSignal;
	if (!signal || !items.some(({ settings }) => settings.stopRunsOnCancel)) return;
	const after = client.afterStop();
	const stopOpenRuns = () => {
		const open = items.filter(
			({ settings }, index) => settings.stopRunsOnCancel && !settled.has(index),
		);
		void mapBounded(
			[...new Set(open.map(({ runId }) => runId))],
			FINISHES_AT_ONCE,
			async (runId) => await stopRun(after, runId).catch(() => undefined),
		);
	};
	if (signal.aborted) stopOpenRuns();
	else signal.addEventListener('abort', stopOpenRuns, { once: true });
}

function hintAtFailedBlocks(items: Waiting[], results: Array<WaitResult | undefined>): void {
	const functions = items[0]?.item.functions;
	const count = results.filter(
		(result) => result?.ended === 'final' && outcomeOf(result.run) === 'completedWithFailedBlocks',
	).length;
	if (!functions || count === 0) return;
	functions.addExecutionHints({
		message: `${count === 1 ? 'A run' : `${count} runs`} completed although blocks failed. See failed_blocks, or choose this under Fail On.`,
		type: 'warning',
		location: 'outputPane',
	});
}

async function waitTogether(
	client: PlatformClient,
	items: Waiting[],
	stopsAtFailure: boolean,
): Promise<Array<WaitResult | undefined>> {
	const settled = new Set<number>();
	stopOnCancel(client, items, settled);
	// A run that is to be stopped in time is not left alone because another one failed.
	const mayLeave =
		stopsAtFailure &&
		items.every(({ settings }) => settings.onTimeLimit !== 'stop' && settings.onReview !== 'stop');
	const begun = Date.now();
	return await waitForRuns(
		client,
		items.map(({ runId, graphId, settings }) => ({
			id: runId,
			graphId,
			deadline: begun + settings.timeLimitMs,
			handOutReviews: settings.onReview !== 'wait',
		})),
		{
			longestIntervalMs: Math.min(...items.map(({ settings }) => settings.longestIntervalMs)),
			onSettled: (index, result) => {
				settled.add(index);
				const waiting = items[index];
				return !(mayLeave && waiting && isFailure(client, waiting, result));
			},
		},
	);
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
	const items: Waiting[] = runs.map((run) => ({
		...run,
		settings: readRunSettings(run.item, run.failOn),
	}));
	const results = await waitTogether(client, items, stopsAtFailure);
	hintAtFailedBlocks(items, results);
	const outcomes = await mapBounded(items, FINISHES_AT_ONCE, async (waiting, index) => {
		const result = results[index];
		return result ? await putOutRun({ client, agents }, waiting, result) : { outputs: [] };
	});
	const left = items.flatMap(({ runId }, index) => (results[index] ? [] : [runId]));
	for (const outcome of outcomes) {
		if ('failure' in outcome) tellOfOthers(outcome.failure, left);
	}
	return outcomes;
}
