import { responseFields } from '../../../../client/contract/responseFields';
import { graphField } from '../../fields/graph';
import { simplified, simplifyField } from '../../fields/simplify';
import type { ItemOperation } from '../../framework/operation';
import { graphBody, graphBodyFields, graphOptionsField } from './body';
import { SIMPLE_GRAPH } from './shape';

export const update: ItemOperation = {
	name: 'Update',
	value: 'update',
	action: 'Update graph',
	description:
		'Store a new version of a graph, given as a whole; unless Activate is off, it runs from now on',
	fields: [graphField, ...graphBodyFields, simplifyField, graphOptionsField],
	rawFields: responseFields.updateGraph,
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const body = graphBody(item);
		const graph = await item.client.call('updateGraph', { path: { graph_id }, body });
		return simplified(item, graph, SIMPLE_GRAPH);
	},
};
