import { responseFields } from '../../../../client/contract/responseFields';
import { readList, type Row } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { simplified, simplifyField } from '../../framework/simplify';
import { onlyInVersion1, since1_1 } from '../../framework/version';
import { choiceIn, flagIn, textIn } from '../../fields/values';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { SIMPLE_LISTED_AGENT } from '../../output/agent';

type ListedAgent = Row<'listLibraryAgents'>;
type Comparison = (a: ListedAgent, b: ListedAgent) => number;

const ORDERS = ['oldest', 'newest', 'lastUpdated', 'name'] as const;

const lastFirst =
	(field: 'created_at' | 'updated_at'): Comparison =>
	(a, b) =>
		Date.parse(b[field]) - Date.parse(a[field]);

/** How to sort a list, by `Sort By`; AutoGPT itself lists the oldest first (section 14). */
const comparisons: Record<(typeof ORDERS)[number], Comparison | undefined> = {
	oldest: undefined,
	newest: lastFirst('created_at'),
	lastUpdated: lastFirst('updated_at'),
	name: (a, b) => a.name.localeCompare(b.name),
};

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many agents',
	description: 'Retrieve the agents of your library, oldest first unless sorted otherwise',
	fields: [
		...listingFields,
		simplifyField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				onlyInVersion1({
					displayName: 'Favorite',
					name: 'favorite',
					type: 'boolean',
					default: true,
					description: 'Whether to return favorites only, or the others only',
				}),
				since1_1({
					displayName: 'Favorites Only',
					name: 'favorite',
					type: 'boolean',
					default: true,
					description: 'Whether to return only agents that are among your favorites',
				}),
				{
					displayName: 'Name Contains',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. newsletter',
					description:
						'Text that the name must contain, in upper or lower case. AutoGPT cannot search by name, so the node reads the list and leaves out the rest.',
				},
				{
					displayName: 'Published Only',
					name: 'published',
					type: 'boolean',
					default: true,
					description: 'Whether to return only agents that are published in the marketplace',
				},
			],
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Sort By',
					name: 'sortBy',
					type: 'options',
					default: 'lastUpdated',
					description:
						'Which agents come first. AutoGPT lists the oldest first; for any other order the node reads the whole list.',
					options: [
						{
							name: 'Last Run or Changed',
							value: 'lastUpdated',
							description: 'Every run of an agent counts, too',
						},
						{ name: 'Name', value: 'name' },
						{ name: 'Newest', value: 'newest' },
						{ name: 'Oldest', value: 'oldest' },
					],
				},
			],
		},
	],
	rawFields: responseFields.listLibraryAgents,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const filters = item.narrowing('filters');
		const name = textIn(filters, 'name')?.toLowerCase();
		const isFavorite = flagIn(item, filters, 'favorite', 'Favorites Only');
		// In version 1, false returned those alone that are no favorites.
		const favorite = item.isVersion1 ? isFavorite : isFavorite || undefined;
		const published = flagIn(item, filters, 'published', 'Published Only');
		const query = { ...(favorite ? { favorite } : {}), ...(published ? { published } : {}) };
		// AutoGPT knows neither a search by name nor one for what is no favorite.
		const isFiltered = name !== undefined || favorite === false;
		const sortBy = choiceIn(item, item.collection('options'), 'sortBy', 'Sort By', ORDERS);
		const compare = sortBy === undefined ? undefined : comparisons[sortBy];
		const wanted = wantedRows(item);
		const agents = await readList(
			item.client,
			'listLibraryAgents',
			{ query },
			compare ? Infinity : wanted,
			isFiltered
				? (agent) =>
						agent.name.toLowerCase().includes(name ?? '') &&
						(favorite === undefined || agent.is_favorite === favorite)
				: undefined,
		);
		const sorted = compare ? [...agents].sort(compare).slice(0, wanted) : agents;
		return sorted.map((agent) => simplified(item, agent, SIMPLE_LISTED_AGENT));
	},
};
