import { whole } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';

export const getBalance: ItemOperation = {
	name: 'Get Balance',
	value: 'getBalance',
	action: 'Get credit balance',
	description: 'Retrieve the balance in US cents; a self-hosted AutoGPT returns a placeholder',
	fields: [],
	perItem: async (item) => whole(await item.client.call('getCreditBalance', {})),
};
