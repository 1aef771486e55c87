import { creatorField } from '../../fields/creator';
import { whole } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get creator',
	description: 'Retrieve the public profile of a creator',
	fields: [creatorField],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const username = item.requiredText('creator', 'Creator');
		return whole(await item.client.call('getCreator', { path: { username } }));
	},
};
