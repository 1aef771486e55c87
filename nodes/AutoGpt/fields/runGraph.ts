import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../framework/item';
import { graphIn } from './graphToRun';
import { textIn } from './values';

/** Names the graph that a run ran, by which alone API v1 reads runs (contract: v1.md section 6). */
export const runGraphOption: INodeProperties = {
	displayName: 'Graph',
	name: 'runGraph',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.graph_id }}',
	description:
		"Only for servers with the older API v1: the graph that the run ran, by its ID or its address in AutoGPT's builder",
};

/** The ID of the graph that the run of an item ran, where the user says so. */
export function runGraph(item: Item): string | undefined {
	const given = textIn(item.collection('options'), 'runGraph');
	return given === undefined ? undefined : graphIn(item, given).graphId;
}
