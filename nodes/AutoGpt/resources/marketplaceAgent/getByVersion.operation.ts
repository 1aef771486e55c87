import { responseFields } from '../../../../client/contract/responseFields';
import { SIMPLE_LISTING } from '../../output/listing';
import { simplified, simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const getByVersion: ItemOperation = {
	name: 'Get by Version',
	value: 'getByVersion',
	action: 'Get marketplace agent by version',
	description: 'Retrieve what the marketplace says about one version of an agent',
	fields: [
		{
			displayName: 'Listing Version ID',
			name: 'versionId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. c2a7f1d4-6b38-4e95-8f0a-93d5e1b7042c',
			description:
				'Get returns it as store_listing_version_id, and submissions as listing_version_id',
		},
		simplifyField,
	],
	rawFields: responseFields.getMarketplaceAgentByVersion,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const version_id = item.requiredText('versionId', 'Listing Version ID');
		const listing = await item.client.call('getMarketplaceAgentByVersion', {
			path: { version_id },
		});
		return simplified(item, listing, SIMPLE_LISTING);
	},
};
