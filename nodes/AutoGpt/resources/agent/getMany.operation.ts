import { answerFields } from '../../../../platform/answerFields';
import { readList } from '../../../../platform/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { simplified, simplifyField } from '../../fields/simplify';
import { defined, flagIn, textIn } from '../../fields/values';
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
					displayName: 'Published',
					name: 'published',
					type: 'boolean',
					default: true,
					description:
						'Whether to return agents published in the marketplace only, or the others only',
				},
			],
		},
	],
	rawFields: answerFields.listLibraryAgents,
	atOnce: READS_AT_ONCE,
	perItem: async (item) => {
		const filters = item.collection('filters');
		const wanted = textIn(filters, 'name')?.toLowerCase() ?? '';
		const query = defined({
			favorite: flagIn(item, filters, 'favorite', 'Favorite'),
			published: flagIn(item, filters, 'published', 'Published'),
		});
		const agents = await readList(
			item.client,
			'listLibraryAgents',
			{ query },
			wantedRows(item),
			(agent) => agent.name.toLowerCase().includes(wanted),
		);
		return agents.map((agent) => simplified(item, agent, SIMPLE_LISTED_AGENT));
	},
};
