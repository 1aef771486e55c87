import { whole } from '../../fields/simplify';
import type { ItemOperation } from '../../framework/operation';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get account',
	description: 'Retrieve who the credential acts as, and its permissions',
	fields: [],
	atOnce: 5,
	perItem: async (item) => whole(await item.client.call('getMe', {})),
};
