import { responseFields } from '../../../../client/contract/responseFields';
import { readList } from '../../../../client/http/pages';
import { otherFolderField } from '../../fields/folder';
import { listingFields, wantedRows } from '../../fields/listing';
import { simplified, simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { SIMPLE_FOLDER } from '../../output/folder';

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many folders',
	description: 'Retrieve the folders of one level of your library',
	fields: [
		otherFolderField(
			'Parent Folder',
			'parentFolderId',
			'The folder whose subfolders to return. Leave empty for the root of the library.',
		),
		...listingFields,
		simplifyField,
	],
	rawFields: responseFields.listFolders,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const parent_id = item.optionalText('parentFolderId');
		const query = parent_id ? { parent_id } : {};
		const folders = await readList(item.client, 'listFolders', { query }, wantedRows(item));
		return folders.map((folder) => simplified(item, folder, SIMPLE_FOLDER));
	},
};
