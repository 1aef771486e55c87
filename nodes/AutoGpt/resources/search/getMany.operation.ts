import { readList } from '../../../../client/http/pages';
import { categoryField } from '../../fields/category';
import { listingFields, wantedRows } from '../../fields/listing';
import { whole } from '../../framework/simplify';
import { choicesIn, defined, namedIn } from '../../fields/values';
import { onlyInVersion1, since1_1 } from '../../framework/version';
import type { ItemOperation } from '../../framework/operation';

const CONTENT_TYPES = [
	'STORE_AGENT',
	'BLOCK',
	'INTEGRATION',
	'DOCUMENTATION',
	'LIBRARY_AGENT',
	'WORKSPACE_FILE',
] as const;

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many search results',
	description: 'Search over everything in AutoGPT; a new self-hosted server may find nothing yet',
	fields: [
		{
			displayName: 'Query',
			name: 'query',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. newsletter',
			description: 'Text to search for',
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
					description: 'Only marketplace agents of this category',
					placeholder: 'e.g. writing',
				}),
				since1_1(categoryField('Only marketplace agents of this category')),
				{
					displayName: 'Content Types',
					name: 'contentTypes',
					type: 'multiOptions',
					default: ['STORE_AGENT'],
					description:
						'What to search. If left out, everything but your own agents and files, which need the permissions Read Library (READ_LIBRARY) and Read Files (READ_FILES).',
					options: [
						{ name: 'Agent of Your Library', value: 'LIBRARY_AGENT' },
						{ name: 'Block', value: 'BLOCK' },
						{ name: 'Documentation', value: 'DOCUMENTATION' },
						{ name: 'File of Your Workspace', value: 'WORKSPACE_FILE' },
						{ name: 'Integration', value: 'INTEGRATION' },
						{ name: 'Marketplace Agent', value: 'STORE_AGENT' },
					],
				},
			],
		},
	],
	perItem: async (item) => {
		const filters = item.narrowing('filters');
		const query = defined({
			query: item.requiredText('query', 'Query'),
			category: namedIn(item, filters, 'filters.category', 'Category'),
			content_types: choicesIn(item, filters, 'contentTypes', 'Content Types', CONTENT_TYPES),
		});
		const rows = await readList(item.client, 'search', { query }, wantedRows(item));
		return rows.map(whole);
	},
};
