import { Agents } from '../../../client/agents/agents';
import { EarlyEnds } from '../../../client/runs/earlyEnds';
import type { BatchSettings, ItemResult } from '../framework/operation';
import type { Item } from '../framework/item';
import { readRunSettings, type FailureKind, type RunSettings } from './settings';
import { chosenAgent, startItems, type FindTarget } from '../start/startItems';
import { StopsOnCancel } from './stopsOnCancel';
import { stopInTime, waitForItems } from './waitForItems';

/** What differs between the operations that start runs and wait for them. */
interface Kind {
	/** Which agent an item starts; the one that it chose, unless set otherwise. */
	findTarget?: FindTarget;
	/** Ends that fail an item which does not choose them itself. */
	failOn?: FailureKind[];
}

/** Starts a run for each item, waits for all of them together, and puts them out. */
export async function runAndWaitItems(
	items: Item[],
	{ stopsAtFailure }: BatchSettings,
	{ findTarget = chosenAgent, failOn }: Kind = {},
): Promise<ItemResult[]> {
	const client = items[0]?.client;
	if (!client) return [];
	const agents = new Agents(client);
	const stops = new StopsOnCancel(client);
	const ends = new EarlyEnds(client);
	const settingsOf = new Map<Item, RunSettings>();
	const startedAt = new Map<Item, number>();
	/** Items whose runs were stopped at their time limit while others were being started. */
	const stopped = new Map<Item, Promise<ItemResult>>();
	const starting = startItems(items, agents, {
		stopsAtFailure,
		findTarget: async (item) => {
			// A issue in them is met before anything is started.
			settingsOf.set(item, readRunSettings(item, failOn));
			return await findTarget(item, agents);
		},
		onStarted: (start) => {
			const { item, run } = start;
			const since = Date.now();
			startedAt.set(item, since);
			const settings = settingsOf.get(item);
			if (!settings) return ends.add(run);
			stops.add({ item, runId: run.id, settings });
			if (settings.onTimeLimit !== 'stop') return ends.add(run);
			const waiting = { ...start, settings, runId: run.id, graphId: run.graph_id, since };
			return ends.add(run, {
				deadline: since + settings.timeLimitMs,
				onOver: (unfinished) => {
					stops.settle(item);
					stopped.set(item, stopInTime(client, waiting, unfinished));
				},
			});
		},
	});
	const starts = await ends.during(starting);
	const running = starts.flatMap((start) => {
		const settings = settingsOf.get(start.item);
		if ('failure' in start || !settings || stopped.has(start.item)) return [];
		const { id: runId, graph_id: graphId } = start.run;
		const since = startedAt.get(start.item);
		return [{ ...start, settings, runId, graphId, since, ended: ends.find(runId) }];
	});
	const waited = await waitForItems(client, running, { stopsAtFailure, stops });
	const byItem = new Map(running.map(({ item }, index) => [item.index, waited[index]]));
	return await Promise.all(
		starts.map(async (start): Promise<ItemResult> => {
			if ('failure' in start) return { failure: start.failure };
			const inTime = await stopped.get(start.item);
			return inTime ?? byItem.get(start.item.index) ?? { outputs: [] };
		}),
	);
}
