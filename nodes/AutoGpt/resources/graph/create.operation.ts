import { responseFields } from '../../../../client/contract/responseFields';
import { simplifyField } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';
import { graphBody, graphBodyFields, graphOptionsField } from './body';
import { CREATED_SUB_GRAPHS, storedGraph } from '../../output/graph';
import { storeGraph } from './store';

export const create: ItemOperation = {
	name: 'Create',
	value: 'create',
	action: 'Create graph',
	description:
		'Create a graph and an agent on it in your library; the API cannot delete a graph again',
	fields: [...graphBodyFields, simplifyField, graphOptionsField],
	rawFields: [...responseFields.createGraph, CREATED_SUB_GRAPHS],
	perItem: async (item) => storedGraph(item, await storeGraph(item, graphBody(item))),
};
