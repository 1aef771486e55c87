import { responseFields } from '../../../../client/contract/responseFields';
import { readList } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { simplified, simplifyField } from '../../fields/simplify';
import { flagIn, textIn } from '../../fields/values';
import { READS_AT_ONCE, type ItemOperation } from '../../framework/operation';
import { SIMPLE_LISTED_AGENT } from '../../fields/agentShape';

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many agents',
	description: 'Retrieve the agents of your library',
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
				{
					displayName: 'Favorite',
					name: 'favorite',
					type: 'boolean',
					default: true,
					description: 'Whether to return favorites only, or the others only',
				},
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
	],
	rawFields: responseFields.listLibraryAgents,
	atOnce: READS_AT_ONCE,
	perItem: async (item) => {
		const filters = item.collection('filters');
		const name = textIn(filters, 'name')?.toLowerCase();
		const favorite = flagIn(item, filters, 'favorite', 'Favorite');
		const published = flagIn(item, filters, 'published', 'Published Only');
		const query = { ...(favorite ? { favorite } : {}), ...(published ? { published } : {}) };
		// AutoGPT knows neither a search by name nor one for what is no favorite.
		const isFiltered = name !== undefined || favorite === false;
		const agents = await readList(
			item.client,
			'listLibraryAgents',
			{ query },
			wantedRows(item),
			isFiltered
				? (agent) =>
						agent.name.toLowerCase().includes(name ?? '') &&
						(favorite === undefined || agent.is_favorite === favorite)
				: undefined,
		);
		return agents.map((agent) => simplified(item, agent, SIMPLE_LISTED_AGENT));
	},
};
