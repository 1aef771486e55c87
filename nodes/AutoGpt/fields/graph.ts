import type { INodeProperties } from 'n8n-workflow';

import { locatorField } from './locator';

/** Names one graph. */
export const graphField: INodeProperties = locatorField({
	displayName: 'Graph',
	name: 'graphId',
	description: 'The graph to work with: what an agent is made of',
	search: 'searchGraphs',
	thing: 'a graph',
	example: 'a1c5d9c2-35a7-4f0e-8a1b-6a1f0c9d2e31',
	hint: 'Agents, runs and schedules put it out as graph_id',
});
