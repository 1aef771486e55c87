import { folderField } from '../../fields/folder';
import type { ItemOperation } from '../../framework/operation';

export const deleteFolder: ItemOperation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete folder',
	description: 'Delete a folder with all its subfolders; agents in them move to the root',
	notice: 'The subfolders are deleted, too',
	fields: [folderField],
	perItem: async (item) => {
		const folder_id = item.requiredText('folderId', 'Folder');
		await item.client.call('deleteFolder', { path: { folder_id } });
		return { json: { deleted: true, id: folder_id } };
	},
};
