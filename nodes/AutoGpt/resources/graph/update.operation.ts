import { responseFields } from '../../../../client/contract/responseFields';
import { graphField } from '../../fields/graph';
import { simplifyField } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';
import { graphBody, graphBodyFields, graphOptionsField } from './body';
import { CREATED_SUB_GRAPHS, storedGraph } from '../../output/graph';
import { storeGraph } from './store';

export const update: ItemOperation = {
	name: 'Update',
	value: 'update',
	action: 'Update graph',
	description:
		'Store a new version of a graph, given as a whole; unless Activate is off, it runs from now on',
	fields: [graphField, ...graphBodyFields, simplifyField, graphOptionsField],
	rawFields: [...responseFields.updateGraph, CREATED_SUB_GRAPHS],
	perItem: async (item) => {
		const graphId = item.requiredText('graphId', 'Graph');
		return storedGraph(item, await storeGraph(item, graphBody(item), graphId));
	},
};
