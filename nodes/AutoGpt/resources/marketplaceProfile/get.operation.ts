import { whole } from '../../framework/simplify';
import { READS_AT_ONCE, type ItemOperation } from '../../framework/operation';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get marketplace profile',
	description: 'Retrieve your own public profile; not found while there is none',
	fields: [],
	atOnce: READS_AT_ONCE,
	perItem: async (item) => whole(await item.client.call('getMarketplaceProfile', {})),
};
