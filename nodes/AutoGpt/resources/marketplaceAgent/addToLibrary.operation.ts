import { responseFields } from '../../../../client/contract/responseFields';
import { SIMPLE_AGENT } from '../../output/agent';
import { marketplaceAgentField, marketplaceAgentOf } from '../../fields/marketplaceAgent';
import { simplified, simplifyField } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';

export const addToLibrary: ItemOperation = {
	name: 'Add to Library',
	value: 'addToLibrary',
	action: 'Add marketplace agent to library',
	description: 'Put an agent of the marketplace into your library, so that you can run it',
	fields: [marketplaceAgentField, simplifyField],
	rawFields: responseFields.addMarketplaceAgentToLibrary,
	perItem: async (item) => {
		const path = marketplaceAgentOf(item);
		const agent = await item.client.call('addMarketplaceAgentToLibrary', { path });
		return simplified(item, agent, SIMPLE_AGENT);
	},
};
