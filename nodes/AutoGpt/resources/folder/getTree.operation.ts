import { readList } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { whole } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';

export const getTree: ItemOperation = {
	name: 'Get Tree',
	value: 'getTree',
	action: 'Get folder tree',
	description: 'Retrieve the folders at the root of your library, each with all folders below it',
	fields: [...listingFields],
	perItem: async (item) => {
		const roots = await readList(item.client, 'getFolderTree', {}, wantedRows(item));
		return roots.map(whole);
	},
};
