import { responseFields } from '../../../../client/contract/responseFields';
import { simplified, simplifyField } from '../../fields/simplify';
import type { ItemOperation } from '../../framework/operation';
import { graphBody, graphBodyFields, graphOptionsField } from './body';
import { SIMPLE_GRAPH } from './shape';

export const create: ItemOperation = {
	name: 'Create',
	value: 'create',
	action: 'Create graph',
	description:
		'Create a graph and an agent on it in your library; the API cannot delete a graph again',
	fields: [...graphBodyFields, simplifyField, graphOptionsField],
	rawFields: responseFields.createGraph,
	perItem: async (item) =>
		simplified(
			item,
			await item.client.call('createGraph', { body: graphBody(item) }),
			SIMPLE_GRAPH,
		),
};
