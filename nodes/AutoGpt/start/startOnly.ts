import { Agents, runUrl } from '../../../client/agents/agents';
import { withoutShareToken } from '../../../client/runs/results';
import { RUN_FIELDS } from '../output/run';
import { simplified, simplifyField } from '../framework/simplify';
import type { BatchOperation, BatchSettings, ItemResult } from '../framework/operation';
import type { Item } from '../framework/item';
import { startOptionsField } from '../wait/optionFields';
import { startItems, type FindTarget } from './startItems';

const SIMPLE_START = [
	'id',
	'agent_id',
	'agent_name',
	'graph_id',
	'graph_version',
	'status',
	'url',
	'inputs',
] as const;

/** What the operations ask that start runs without waiting for them. */
export const startOnlyFields = [simplifyField, startOptionsField];

/** What they return without Simplify. */
export const startOnlyRawFields: BatchOperation['rawFields'] = [
	...RUN_FIELDS,
	'agent_id',
	'agent_name',
	'url',
];

/**
 * Starts a run for each item, and puts the runs out as they are then.
 *
 * @param findTarget which agent an item starts; the one that it chose, unless set otherwise
 */
export async function startOnly(
	items: Item[],
	{ stopsAtFailure }: BatchSettings,
	findTarget?: FindTarget,
): Promise<ItemResult[]> {
	const client = items[0]?.client;
	if (!client) return [];
	const starts = await startItems(items, new Agents(client), { stopsAtFailure, findTarget });
	return starts.map((started): ItemResult => {
		if ('failure' in started) return { failure: started.failure };
		const { item, agent, agentId, run } = started;
		const url = agentId ? runUrl(client.connection, agentId, run.id) : null;
		const row = {
			...withoutShareToken(run),
			agent_id: agentId || null,
			agent_name: agent?.name ?? null,
			url,
		};
		return { outputs: [simplified(item, row, SIMPLE_START)] };
	});
}
