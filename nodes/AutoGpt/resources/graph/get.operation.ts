import { responseFields } from '../../../../client/contract/responseFields';
import { graphField } from '../../fields/graph';
import { simplified } from '../../framework/simplify';
import { graphVersionFields, versionIn } from '../../fields/graphVersion';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { SIMPLE_GRAPH } from '../../output/graph';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get graph',
	description: 'Retrieve a graph with its nodes and links',
	fields: [
		graphField,
		{
			displayName: 'Simplify',
			name: 'simplify',
			type: 'boolean',
			default: true,
			description:
				'Whether to return a simplified version of the response instead of the raw data with nodes and links',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				...graphVersionFields({
					displayName: 'Version',
					name: 'version',
					description: 'Version to return; the active one if left out',
					of: 'Graph',
				}),
			],
		},
	],
	rawFields: responseFields.getGraph,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const options = item.narrowing('options');
		const version = versionIn(item, options, 'options.version', 'Version');
		const graph = await item.client.call('getGraph', {
			path: { graph_id },
			query: version === undefined ? {} : { version },
		});
		return simplified(item, graph, SIMPLE_GRAPH);
	},
};
