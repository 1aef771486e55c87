import { Agents } from '../../../platform/agents';
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
	const starts = await startItems(items, agents, stopsAtFailure, findTarget);
	const running = starts.flatMap((start) =>
		'failure' in start
			? []
			: [{ ...start, failOn, runId: start.run.id, graphId: start.run.graph_id }],
	);
	const waited = await waitForItems(client, running, agents, stopsAtFailure);
	const byItem = new Map(running.map(({ item }, index) => [item.index, waited[index]]));
	return starts.map((start): Outcome => {
		if ('failure' in start) return { failure: start.failure };
		return byItem.get(start.item.index) ?? { outputs: [] };
	});
}
