import type { INodeProperties } from 'n8n-workflow';

import { readGraphAddress } from '../../../client/agents/graphAddress';
import type { GraphVersion } from '../../../client/contract/calls';
import { locatorField } from '../../shared/locator';
import type { Item } from '../framework/item';
import { wholeNumber } from './values';

const BUILDER_ADDRESS = '…/build?flowID=…&flowVersion=…';

const graphToRunField: INodeProperties = locatorField({
	displayName: 'Graph',
	name: 'graphId',
	description: 'The graph to run: what an agent is made of',
	search: 'searchGraphsOfAgents',
	thing: 'a graph',
	example: 'a1c5d9c2-35a7-4f0e-8a1b-6a1f0c9d2e31',
	hint: 'Agents, runs and schedules return it as graph_id',
	modes: [
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://platform.agpt.co/build?flowID=a1c5d9c2-…&flowVersion=3',
			hint: "Open the agent in AutoGPT's builder and copy the address from the browser's address bar",
			// Nothing is extracted: the address has the version, too.
			validation: [
				{
					type: 'regex',
					properties: {
						regex: '(?!\\s*https?://[^?#]+/library/agents/).*',
						errorMessage: `This is the address of an agent in the library. Open that agent in AutoGPT's builder and copy its address there, ${BUILDER_ADDRESS}, or use Agent > Run and Wait`,
					},
				},
				{
					type: 'regex',
					properties: {
						regex:
							'\\s*https?://[^?#]+/(?:build/?\\?(?:[^#\\s]*&)?flowID=[^&#\\s]+[^\\s]*|library/agents/.*)\\s*',
						errorMessage: `This is not an address of AutoGPT's builder, ${BUILDER_ADDRESS}`,
					},
				},
			],
		},
	],
});

/** Text rather than a number, so that it can be left empty. */
const graphVersionField: INodeProperties = {
	displayName: 'Graph Version',
	name: 'graphVersion',
	type: 'string',
	default: '',
	placeholder: 'e.g. 3',
	description:
		"Empty: the one in the builder's address. API v2 runs the version in your library and says if it is another; API v1 needs the version.",
};

/** Names a graph to run, and perhaps its version. */
export const graphToRunFields: INodeProperties[] = [graphToRunField, graphVersionField];

/** Reads the ID of a graph, or the address of AutoGPT's builder. */
export function graphIn(item: Item, text: string): GraphVersion {
	const address = readGraphAddress(text);
	if (address === undefined) return { graphId: text };
	switch (address.page) {
		case 'builder':
			return address;
		case 'library':
			throw item.failure(
				"'Graph' holds the address of an agent in the library, which does not name its graph",
				`Open the agent in AutoGPT's builder and copy the address from there (${BUILDER_ADDRESS}), or run it with Agent > Run and Wait.`,
			);
		case 'other':
			throw item.failure(
				"'Graph' holds an address that does not name a graph",
				`Open the agent in AutoGPT's builder and copy the address from there: ${BUILDER_ADDRESS}.`,
			);
	}
}

/** The graph that an item names by ID or address, in the version that it wants. */
export function graphToRun(item: Item): GraphVersion {
	const { graphId, graphVersion } = graphIn(item, item.requiredText('graphId', 'Graph'));
	const given = item.text('graphVersion');
	const wanted = given === '' ? graphVersion : wholeNumber(item, given, 'Graph Version');
	return { graphId, ...(wanted === undefined ? {} : { graphVersion: wanted }) };
}
