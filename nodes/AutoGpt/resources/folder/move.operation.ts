import { responseFields } from '../../../../client/contract/responseFields';
import { folderField, otherFolderField } from '../../fields/folder';
import { simplified, simplifyField } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';
import { SIMPLE_FOLDER } from './shape';

export const move: ItemOperation = {
	name: 'Move',
	value: 'move',
	action: 'Move folder',
	description: 'Move a folder with all that is in it',
	fields: [
		folderField,
		{
			displayName: 'Destination',
			name: 'destination',
			type: 'options',
			noDataExpression: true,
			default: 'folder',
			description: 'Where the folder goes, with all that is in it',
			options: [
				{ name: 'Another Folder', value: 'folder' },
				{ name: 'Root of the Library', value: 'root' },
			],
		},
		{
			...otherFolderField(
				'Target Folder',
				'targetFolderId',
				'The folder to move it into; neither itself nor one below it',
				true,
			),
			displayOptions: { show: { destination: ['folder'] } },
		},
		simplifyField,
	],
	rawFields: responseFields.moveFolder,
	perItem: async (item) => {
		const folder_id = item.requiredText('folderId', 'Folder');
		const toRoot = item.text('destination') === 'root';
		const target = toRoot ? null : item.requiredText('targetFolderId', 'Target Folder');
		const folder = await item.client.call('moveFolder', {
			path: { folder_id },
			body: { target_parent_id: target },
		});
		return simplified(item, folder, SIMPLE_FOLDER);
	},
};
