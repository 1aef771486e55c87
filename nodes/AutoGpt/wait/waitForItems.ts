import type { AutoGptClient } from '../../../client/http/client';
import type { RunDetails } from '../../../client/contract/types';
import { mapBounded } from '../../../client/util/concurrency';
import { waitForRuns, type WaitResult } from '../../../client/runs/waiting';
import type { ItemResult } from '../framework/operation';
import { isToBeStopped, outputRun } from './finishing';
import { hintAtRuns } from './hints';
import { withOtherRuns } from './others';
import { StopsOnCancel } from './stopsOnCancel';
import { whyFailed, type Waiting } from './runFailures';

export type { Waiting } from './runFailures';

const FINISH_CONCURRENCY = 5;

/** Whether an item fails, as far as is known without another request. */
function isFailure(waiting: Waiting, result: WaitResult): boolean {
	const { onReview, onTimeLimit } = waiting.settings;
	if (result.ended === 'unreadable') return true;
	if (result.ended === 'timeLimit') return onTimeLimit !== 'return';
	if (result.ended === 'review') return onReview === 'stop';
	return whyFailed(waiting, result.run) !== undefined;
}

type OnStop = (index: number, waiting: Waiting, result: WaitResult) => void;

/** How many items are waited for together. */
interface WaitSettings {
	stopsAtFailure: boolean;
	/** Given where it has taken up the runs already, since it heeds Stop from the starts on. */
	stops?: StopsOnCancel;
}

function stopsFor(client: AutoGptClient, items: Waiting[]): StopsOnCancel {
	const stops = new StopsOnCancel(client);
	for (const waiting of items) stops.add(waiting);
	return stops;
}

async function waitTogether(
	client: AutoGptClient,
	items: Waiting[],
	{ stopsAtFailure, stops, onStop }: Required<WaitSettings> & { onStop: OnStop },
): Promise<Array<WaitResult | undefined>> {
	// A run that is to be stopped in time is not left alone because another one failed.
	const mayLeave =
		stopsAtFailure &&
		items.every(({ settings }) => settings.onTimeLimit !== 'stop' && settings.onReview !== 'stop');
	return await waitForRuns(
		client,
		items.map(({ runId, graphId, ended, since, settings }) => ({
			id: runId,
			graphId,
			ended,
			deadline: (since ?? Date.now()) + settings.timeLimitMs,
			returnReviews: settings.onReview !== 'wait',
		})),
		{
			longestIntervalMs: Math.min(...items.map(({ settings }) => settings.longestIntervalMs)),
			onSettled: (index, result) => {
				const waiting = items[index];
				if (!waiting) return true;
				stops.settle(waiting.item);
				if (isToBeStopped(waiting, result)) onStop(index, waiting, result);
				return !(mayLeave && isFailure(waiting, result));
			},
		},
	);
}

/** Stops a run that is not finished at its time limit, whatever the other items still do. */
export async function stopInTime(
	client: AutoGptClient,
	waiting: Waiting,
	run: RunDetails,
): Promise<ItemResult> {
	return await outputRun(client, waiting, { ended: 'timeLimit', run });
}

/**
 * Waits for the runs of many items together and puts them out as each item's options say.
 *
 * @returns one outcome for each of `all`, in order
 */
export async function waitForItems(
	client: AutoGptClient,
	all: Waiting[],
	{ stopsAtFailure, stops = stopsFor(client, all) }: WaitSettings,
): Promise<ItemResult[]> {
	const begun = Date.now();
	const items = all.map((waiting) => ({ ...waiting, since: waiting.since ?? begun }));
	const stopping = new Map<number, Promise<ItemResult>>();
	const results = await waitTogether(client, items, {
		...{ stopsAtFailure, stops },
		// Its time is over, whatever the others still do.
		onStop: (index, waiting, result) => stopping.set(index, outputRun(client, waiting, result)),
	});
	const overAt = Date.now();
	const outcomes = await mapBounded(items, FINISH_CONCURRENCY, async (waiting, index) => {
		const result = results[index];
		if (!result) return { outputs: [] };
		return await (stopping.get(index) ?? outputRun(client, waiting, result, overAt));
	});
	hintAtRuns(
		items.flatMap(({ item, settings }, index) => {
			const result = results[index];
			const outcome = outcomes[index];
			if (!result || !('run' in result) || !outcome || 'failure' in outcome) return [];
			return [{ item, settings, run: result.run }];
		}),
	);
	const left = items.flatMap(({ runId }, index) => (results[index] ? [] : [runId]));
	for (const outcome of outcomes) {
		if ('failure' in outcome) withOtherRuns(outcome.failure, left);
	}
	return outcomes;
}
