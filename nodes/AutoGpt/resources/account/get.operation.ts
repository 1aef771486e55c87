import { whole } from '../../framework/simplify';
import { READS_AT_ONCE, type ItemOperation } from '../../framework/operation';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get account',
	description: 'Retrieve who the credential acts as, and its permissions',
	fields: [],
	atOnce: READS_AT_ONCE,
	perItem: async (item) => whole(await item.client.call('getMe', {})),
};
