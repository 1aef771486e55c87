import { Agents } from '../../../platform/agents';
import { EarlyEnds } from '../../../platform/earlyEnds';
import type { BatchSettings, Outcome } from '../framework/operation';
import type { Item } from '../framework/item';
import type { FailureKind } from './settings';
import { startItems, type FindTarget } from './startItems';
import { waitForItems } from './waitForItems';

/** What differs between the operations that start runs and wait for them. */
interface Kind {
	/** Which agent an item starts; the one that it chose, unless told otherwise. */
	findTarget?: FindTarget;
	/** Ends that fail an item which does not choose them itself. */
	failOn?: FailureKind[];
}

/** Starts a run for each item, waits for all of them together, and puts them out. */
export async function runAndWaitItems(
	items: Item[],
	{ stopsAtFailure }: BatchSettings,
	{ findTarget, failOn }: Kind = {},
): Promise<Outcome[]> {
	const client = items[0]?.client;
	if (!client) return [];
	const agents = new Agents(client);
	const ends = new EarlyEnds(client);
	const starts = await ends.during(
		startItems(items, agents, {
			stopsAtFailure,
			findTarget,
			onStarted: (run) => ends.add(run),
		}),
	);
	const running = starts.flatMap((start) => {
		if ('failure' in start) return [];
		const { id: runId, graph_id: graphId } = start.run;
		return [{ ...start, failOn, runId, graphId, ended: ends.find(runId) }];
	});
	const waited = await waitForItems(client, running, agents, stopsAtFailure);
	const byItem = new Map(running.map(({ item }, index) => [item.index, waited[index]]));
	return starts.map((start): Outcome => {
		if ('failure' in start) return { failure: start.failure };
		return byItem.get(start.item.index) ?? { outputs: [] };
	});
}
