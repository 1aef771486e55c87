import type { INodeProperties } from 'n8n-workflow';

import { flagIn, textIn } from '../../fields/values';
import type { Item } from '../../framework/item';
import { readPastedGraph, type PastedGraph } from './pastedGraph';

/** The graph itself and what may differ from it. */
export const graphBodyFields: INodeProperties[] = [
	{
		displayName: 'Graph (JSON)',
		name: 'graphJson',
		type: 'json',
		default: '{}',
		required: true,
		typeOptions: { rows: 8 },
		placeholder: 'e.g. {"name": "Echo", "nodes": [], "links": []}',
		description:
			'The graph as AutoGPT exports an agent: name, nodes and links. Graphs under sub_graphs are created first. AutoGPT assigns new IDs to all of them.',
	},
];

/** Options of both writes of a graph; sorted by name. */
export const graphOptionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Activate',
			name: 'activate',
			type: 'boolean',
			default: true,
			description: 'Whether this version becomes the one that runs',
		},
		{
			displayName: 'Description',
			name: 'description',
			type: 'string',
			default: '',
			placeholder: 'e.g. Turns a topic into a brief',
			description: 'Description to use instead of the one in the graph',
		},
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			placeholder: 'e.g. Brief writer',
			description: 'Name to use instead of the one in the graph',
		},
	],
};

/** The graph of an item, and the inner graphs of an export. */
export function graphBody(item: Item): PastedGraph {
	const options = item.collection('options');
	const graph = readPastedGraph(item, item.jsonObject('graphJson', 'Graph (JSON)'), {
		name: textIn(options, 'name'),
		description: textIn(options, 'description'),
	});
	const is_active = flagIn(item, options, 'activate', 'Activate') ?? true;
	return { ...graph, body: { ...graph.body, is_active } };
}
