import { responseFields } from '../../../../client/contract/responseFields';
import { SIMPLE_LISTING } from '../../output/listing';
import { marketplaceAgentField, marketplaceAgentOf } from '../../fields/marketplaceAgent';
import { simplified, simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get marketplace agent',
	description: 'Retrieve what the marketplace says about an agent',
	fields: [marketplaceAgentField, simplifyField],
	rawFields: responseFields.getMarketplaceAgent,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const path = marketplaceAgentOf(item);
		const listing = await item.client.call('getMarketplaceAgent', { path });
		return simplified(item, listing, SIMPLE_LISTING);
	},
};
