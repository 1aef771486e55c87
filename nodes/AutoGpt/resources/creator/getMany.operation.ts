import type { INodeProperties } from 'n8n-workflow';

import { readList } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { whole } from '../../framework/simplify';
import { onlyInVersion1 } from '../../framework/version';
import { sortingOf, sortOptions } from '../../fields/sorting';
import { choiceIn, defined, flagIn } from '../../fields/values';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

const ORDERS = ['agent_rating', 'agent_runs', 'num_agents'] as const;
const LONGEST_SEARCH = 100;

const sortBy: INodeProperties = {
	displayName: 'Sort By',
	name: 'sortBy',
	type: 'options',
	default: 'agent_rating',
	description: 'Which creators come first',
	options: [
		{ name: 'Number of Agents', value: 'num_agents' },
		{ name: 'Rating', value: 'agent_rating' },
		{ name: 'Runs', value: 'agent_runs' },
	],
};

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many creators',
	description: 'Search the creators of marketplace agents',
	fields: [
		{
			displayName: 'Search',
			name: 'search',
			type: 'string',
			default: '',
			placeholder: 'e.g. Ada',
			description: 'Text to search for, up to 100 characters. Leave empty to return all creators.',
		},
		...listingFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Featured Only',
					name: 'featured',
					type: 'boolean',
					default: true,
					description: 'Whether to return only creators that AutoGPT recommends',
				},
				onlyInVersion1(sortBy),
			],
		},
		sortOptions(sortBy),
	],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const search = item.optionalText('search');
		if (search.length > LONGEST_SEARCH) {
			throw item.failure(
				`'Search' has ${search.length} characters`,
				`AutoGPT takes up to ${LONGEST_SEARCH} here. Search for fewer words.`,
			);
		}
		const filters = item.narrowing('filters');
		const order = sortingOf(item, filters);
		const query = defined({
			search_query: search || undefined,
			featured: flagIn(item, filters, 'featured', 'Featured Only'),
			sorted_by: choiceIn(item, order, 'sortBy', 'Sort By', ORDERS),
		});
		const rows = await readList(item.client, 'listCreators', { query }, wantedRows(item));
		return rows.map(whole);
	},
};
