import type { INodeProperties } from 'n8n-workflow';

import { isObject, type JsonObject } from '../../../../client/util/json';
import type { components } from '../../../../client/contract/schema';
import { flagIn, textIn } from '../../fields/values';
import type { Item } from '../../framework/item';

type GraphCreate = components['schemas']['GraphCreate'];

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
			'The graph with its name, nodes and links, as AutoGPT exports an agent. IDs of nodes and links count within the graph only: AutoGPT replaces them.',
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

function objectsOf(item: Item, value: unknown, what: string): JsonObject[] {
	if (Array.isArray(value) && value.every(isObject)) return value;
	throw item.failure(
		`The graph has no list of ${what}`,
		`Give an object with the name, and with the lists 'nodes' and 'links' of objects, as AutoGPT exports an agent.`,
	);
}

function textOf(item: Item, row: JsonObject, name: string, place: string): string {
	const value = row[name];
	if (typeof value === 'string' && value !== '') return value;
	throw item.failure(
		`'${name}' is missing in ${place} of the graph`,
		'Nodes need an id and a block_id; links need an id, source_id, source_name, sink_id and sink_name.',
	);
}

function nodeOf(item: Item, row: JsonObject, index: number): GraphCreate['nodes'][number] {
	const place = `node ${index + 1}`;
	return {
		id: textOf(item, row, 'id', place),
		block_id: textOf(item, row, 'block_id', place),
		input_default: isObject(row.input_default) ? row.input_default : {},
		metadata: isObject(row.metadata) ? row.metadata : {},
	};
}

function linkOf(item: Item, row: JsonObject, index: number): GraphCreate['links'][number] {
	const place = `link ${index + 1}`;
	return {
		id: textOf(item, row, 'id', place),
		source_id: textOf(item, row, 'source_id', place),
		source_name: textOf(item, row, 'source_name', place),
		sink_id: textOf(item, row, 'sink_id', place),
		sink_name: textOf(item, row, 'sink_name', place),
		is_static: row.is_static === true,
	};
}

/** The graph that an item gives, with nothing in it that the API does not know. */
export function graphBody(item: Item): GraphCreate {
	const graph = item.jsonObject('graphJson', 'Graph (JSON)');
	const options = item.collection('options');
	const named = { ...graph, name: textIn(options, 'name') ?? graph.name };
	const description = textIn(options, 'description') ?? graph.description;
	return {
		name: textOf(item, named, 'name', 'the top level'),
		description: typeof description === 'string' ? description : '',
		nodes: objectsOf(item, graph.nodes, 'nodes').map((row, index) => nodeOf(item, row, index)),
		links: objectsOf(item, graph.links, 'links').map((row, index) => linkOf(item, row, index)),
		is_active: flagIn(item, options, 'activate', 'Activate') ?? true,
	};
}
