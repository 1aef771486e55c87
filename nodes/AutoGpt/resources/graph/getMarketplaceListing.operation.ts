import { responseFields } from '../../../../client/contract/responseFields';
import { graphField } from '../../fields/graph';
import { SIMPLE_LISTING } from '../../fields/listingShape';
import { simplified, simplifyField } from '../../framework/simplify';
import { READS_AT_ONCE, type ItemOperation } from '../../framework/operation';

export const getMarketplaceListing: ItemOperation = {
	name: 'Get Marketplace Listing',
	value: 'getMarketplaceListing',
	action: 'Get marketplace listing of graph',
	description: 'Retrieve what the marketplace says about a graph',
	fields: [graphField, simplifyField],
	rawFields: responseFields.getGraphMarketplaceListing,
	atOnce: READS_AT_ONCE,
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const listing = await item.client.call('getGraphMarketplaceListing', { path: { graph_id } });
		return simplified(item, listing, SIMPLE_LISTING);
	},
};
