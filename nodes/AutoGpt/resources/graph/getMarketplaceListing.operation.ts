import { responseFields } from '../../../../client/contract/responseFields';
import { graphField } from '../../fields/graph';
import { SIMPLE_LISTING } from '../../output/listing';
import { simplified, simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const getMarketplaceListing: ItemOperation = {
	name: 'Get Marketplace Listing',
	value: 'getMarketplaceListing',
	action: 'Get marketplace listing of graph',
	description: 'Retrieve what the marketplace says about a graph',
	fields: [graphField, simplifyField],
	rawFields: responseFields.getGraphMarketplaceListing,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const listing = await item.client.call('getGraphMarketplaceListing', { path: { graph_id } });
		return simplified(item, listing, SIMPLE_LISTING);
	},
};
