import { readList } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { choiceIn } from '../../fields/values';
import { whole } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';

const TYPES = ['CARD_CHECK', 'GRANT', 'REFUND', 'SUBSCRIPTION', 'TOP_UP', 'USAGE'] as const;

export const getTransactions: ItemOperation = {
	name: 'Get Transactions',
	value: 'getTransactions',
	action: 'Get credit transactions',
	description: 'Retrieve what was paid in and spent; all charges of one run are one transaction',
	fields: [
		...listingFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Type',
					name: 'type',
					type: 'options',
					default: 'USAGE',
					description: 'Only transactions of this kind',
					options: [
						{ name: 'Card Check', value: 'CARD_CHECK' },
						{ name: 'Grant', value: 'GRANT' },
						{ name: 'Refund', value: 'REFUND' },
						{ name: 'Subscription', value: 'SUBSCRIPTION' },
						{ name: 'Top-Up', value: 'TOP_UP' },
						{ name: 'Usage', value: 'USAGE' },
					],
				},
			],
		},
	],
	perItem: async (item) => {
		const type = choiceIn(item, item.narrowing('filters'), 'type', 'Type', TYPES);
		const query = type === undefined ? {} : { transaction_type: type };
		const rows = await readList(item.client, 'listCreditTransactions', { query }, wantedRows(item));
		return rows.map(whole);
	},
};
