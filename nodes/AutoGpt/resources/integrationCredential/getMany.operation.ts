import { readList } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { whole } from '../../framework/simplify';
import { namedIn } from '../../fields/values';
import { onlyInVersion1, since1_1 } from '../../framework/version';
import { locatorField } from '../../../shared/locator';
import { provider } from './provider';
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
				onlyInVersion1({
					displayName: 'Provider',
					name: 'provider',
					type: 'string',
					default: '',
					description: 'Only credentials of this provider, as AutoGPT writes its name',
					placeholder: 'e.g. openai',
				}),
				since1_1(
					locatorField({
						...provider,
						description: 'Only credentials of this provider',
						search: 'searchKeptProviders',
						required: false,
					}),
				),
			],
		},
	],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const filters = item.narrowing('filters');
		const name = namedIn(item, filters, 'filters.provider', 'Provider');
		const query = name === undefined ? {} : { provider: name };
		const rows = await readList(item.client, 'listCredentials', { query }, wantedRows(item));
		return rows.map(whole);
	},
};
