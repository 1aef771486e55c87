import { readList } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { shapeFile } from '../../output/file';

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many files',
	description: 'Retrieve the files of your AutoGPT workspace',
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
					displayName: 'Name Contains',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. report',
					description:
						'Text that the name must contain, in upper or lower case. AutoGPT cannot search by name, so the node reads the list and leaves out the rest.',
				},
			],
		},
	],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const { name } = item.narrowing('filters');
		const wanted = typeof name === 'string' ? name.trim().toLowerCase() : '';
		const files = await readList(
			item.client,
			'listFiles',
			{},
			wantedRows(item),
			wanted === '' ? undefined : (file) => file.name.toLowerCase().includes(wanted),
		);
		return files.map(shapeFile);
	},
};
