import { readList } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { whole } from '../../framework/simplify';
import { textIn } from '../../fields/values';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many integration credentials',
	description:
		'Retrieve the credentials that AutoGPT keeps for other services, without their secrets',
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
					displayName: 'Provider',
					name: 'provider',
					type: 'string',
					default: '',
					description: 'Only credentials of this provider, as AutoGPT writes its name',
					placeholder: 'e.g. openai',
				},
			],
		},
	],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const provider = textIn(item.narrowing('filters'), 'provider');
		const query = provider === undefined ? {} : { provider };
		const rows = await readList(item.client, 'listCredentials', { query }, wantedRows(item));
		return rows.map(whole);
	},
};
