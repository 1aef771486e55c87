import { whole } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get marketplace profile',
	description: 'Retrieve your own public profile; not found while there is none',
	fields: [],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => whole(await item.client.call('getMarketplaceProfile', {})),
};
