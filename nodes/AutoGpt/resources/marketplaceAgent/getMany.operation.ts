import type { INodeProperties } from 'n8n-workflow';

import { readList } from '../../../../client/http/pages';
import { categoryField } from '../../fields/category';
import { creatorField } from '../../fields/creator';
import { listingFields, wantedRows } from '../../fields/listing';
import { whole } from '../../framework/simplify';
import { onlyInVersion1, since1_1 } from '../../framework/version';
import { sortingOf, sortOptions } from '../../fields/sorting';
import { choiceIn, defined, flagIn, namedIn } from '../../fields/values';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

const ORDERS = ['name', 'rating', 'runs', 'updated_at'] as const;

const sortBy: INodeProperties = {
	displayName: 'Sort By',
	name: 'sortBy',
	type: 'options',
	default: 'rating',
	description: 'Order of the agents; a search has an order of its own',
	options: [
		{ name: 'Last Update', value: 'updated_at' },
		{ name: 'Name', value: 'name' },
		{ name: 'Rating', value: 'rating' },
		{ name: 'Runs', value: 'runs' },
	],
};

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many marketplace agents',
	description: 'Search the agents of the marketplace',
	fields: [
		{
			displayName: 'Search',
			name: 'search',
			type: 'string',
			default: '',
			placeholder: 'e.g. newsletter',
			description: 'Text to search for. Leave empty to return all agents.',
		},
		...listingFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				onlyInVersion1({
					displayName: 'Category',
					name: 'category',
					type: 'string',
					default: '',
					placeholder: 'e.g. writing',
					description: 'Only agents of this category',
				}),
				since1_1(categoryField('Only agents of this category')),
				{ ...creatorField, required: false, description: 'Return agents of this creator only' },
				{
					displayName: 'Featured Only',
					name: 'featured',
					type: 'boolean',
					default: true,
					description: 'Whether to return only agents that AutoGPT recommends',
				},
				onlyInVersion1(sortBy),
			],
		},
		sortOptions(sortBy),
	],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const filters = item.narrowing('filters');
		const order = sortingOf(item, filters);
		const query = defined({
			search_query: item.optionalText('search') || undefined,
			category: namedIn(item, filters, 'filters.category', 'Category'),
			creator:
				filters.creator === undefined ? undefined : item.requiredText('filters.creator', 'Creator'),
			featured: flagIn(item, filters, 'featured', 'Featured Only'),
			sorted_by: choiceIn(item, order, 'sortBy', 'Sort By', ORDERS),
		});
		const rows = await readList(item.client, 'listMarketplaceAgents', { query }, wantedRows(item));
		return rows.map(whole);
	},
};
