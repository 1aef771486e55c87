import { responseFields } from '../../../../client/contract/responseFields';
import { folderField } from '../../fields/folder';
import { simplified, simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { SIMPLE_FOLDER } from '../../output/folder';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get folder',
	description: 'Retrieve a folder of your library',
	fields: [folderField, simplifyField],
	rawFields: responseFields.getFolder,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const folder_id = item.requiredText('folderId', 'Folder');
		const folder = await item.client.call('getFolder', { path: { folder_id } });
		return simplified(item, folder, SIMPLE_FOLDER);
	},
};
