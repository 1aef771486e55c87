import { responseFields } from '../../../../client/contract/responseFields';
import { graphField } from '../../fields/graph';
import { SIMPLE_AGENT } from '../../output/agent';
import { simplified, simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const getAgent: ItemOperation = {
	name: 'Get Agent',
	value: 'getAgent',
	action: 'Get agent of graph',
	description: 'Retrieve the agent of your library that is made of a graph',
	fields: [graphField, simplifyField],
	rawFields: responseFields.getGraphLibraryAgent,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const agent = await item.client.call('getGraphLibraryAgent', { path: { graph_id } });
		return simplified(item, agent, SIMPLE_AGENT);
	},
};
