import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../framework/item';
import { locatorField } from '../../shared/locator';

/** Names one graph. */
export const graphField: INodeProperties = locatorField({
	displayName: 'Graph',
	name: 'graphId',
	description: 'The graph to work with: what an agent is made of',
	search: 'searchGraphs',
	thing: 'a graph',
	example: 'a1c5d9c2-35a7-4f0e-8a1b-6a1f0c9d2e31',
	hint: 'Agents, runs and schedules return it as graph_id',
});

/**
 * The graph by which a list is filtered: what it lists names its graph, not the agent in the
 * library. A graph needs no look into the library, where its agent may be gone.
 *
 * @param agent_id the agent that the user chose instead; `` for none
 * @returns undefined for no filter
 */
export async function filterGraph(item: Item, agent_id: string): Promise<string | undefined> {
	const isGraphGiven = Object.hasOwn(item.narrowing('filters'), 'graphId');
	if (isGraphGiven && agent_id) {
		throw item.failure(
			"'Agent' and 'Graph' exclude each other",
			'Choose the agent or its graph, and take the other away.',
		);
	}
	if (isGraphGiven) return item.requiredText('filters.graphId', 'Graph');
	if (!agent_id) return undefined;
	const agent = await item.client.call('getLibraryAgent', { path: { agent_id } });
	return agent.graph_id;
}
