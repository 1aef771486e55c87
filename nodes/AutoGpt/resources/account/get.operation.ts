import { whole } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get account',
	description: 'Retrieve who the credential acts as, and its permissions',
	fields: [],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => whole(await item.client.call('getMe', {})),
};
