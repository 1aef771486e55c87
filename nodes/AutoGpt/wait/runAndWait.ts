import { Agents } from '../../../client/agents/agents';
import { EarlyEnds } from '../../../client/runs/earlyEnds';
import type { BatchSettings, ItemResult } from '../framework/operation';
import type { Item } from '../framework/item';
import { readRunSettings, type FailureKind, type RunSettings } from './settings';
import { chosenAgent, startItems, type FindTarget } from '../start/startItems';
import { StopsOnCancel } from './stopsOnCancel';
import { waitForItems } from './waitForItems';

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
	const starting = startItems(items, agents, {
		stopsAtFailure,
		findTarget: async (item) => {
			// A issue in them is met before anything is started.
			settingsOf.set(item, readRunSettings(item, failOn));
			return await findTarget(item, agents);
		},
		onStarted: ({ item, run }) => {
			ends.add(run);
			startedAt.set(item, Date.now());
			const settings = settingsOf.get(item);
			if (settings) stops.add({ item, runId: run.id, settings });
		},
	});
	const starts = await ends.during(starting);
	const running = starts.flatMap((start) => {
		const settings = settingsOf.get(start.item);
		if ('failure' in start || !settings) return [];
		const { id: runId, graph_id: graphId } = start.run;
		const since = startedAt.get(start.item);
		return [{ ...start, settings, runId, graphId, since, ended: ends.find(runId) }];
	});
	const waited = await waitForItems(client, running, agents, { stopsAtFailure, stops });
	const byItem = new Map(running.map(({ item }, index) => [item.index, waited[index]]));
	return starts.map((start): ItemResult => {
		if ('failure' in start) return { failure: start.failure };
		return byItem.get(start.item.index) ?? { outputs: [] };
	});
}
