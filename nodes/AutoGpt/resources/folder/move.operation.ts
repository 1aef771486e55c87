import { responseFields } from '../../../../client/contract/responseFields';
import {
	destinationField,
	destinationOf,
	folderField,
	otherFolderField,
} from '../../fields/folder';
import { onlyInVersion1, since1_1 } from '../../framework/version';
import { simplified, simplifyField } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';
import { SIMPLE_FOLDER } from '../../output/folder';

export const move: ItemOperation = {
	name: 'Move',
	value: 'move',
	action: 'Move folder',
	description: 'Move a folder with all that is in it',
	fields: [
		folderField,
		since1_1(
			destinationField(
				'Destination',
				'targetFolderId',
				'Where the folder goes, with all in it',
				true,
			),
		),
		onlyInVersion1({
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
		}),
		onlyInVersion1({
			...otherFolderField(
				'Target Folder',
				'targetFolderId',
				'The folder to move it into; neither itself nor one below it',
				true,
			),
			displayOptions: { show: { destination: ['folder'] } },
		}),
		simplifyField,
	],
	rawFields: responseFields.moveFolder,
	perItem: async (item) => {
		const folder_id = item.requiredText('folderId', 'Folder');
		const label = item.isVersion1 ? 'Target Folder' : 'Destination';
		const toRoot = item.isVersion1 && item.text('destination') === 'root';
		const target = toRoot ? null : (destinationOf(item, 'targetFolderId', label) ?? null);
		const folder = await item.client.call('moveFolder', {
			path: { folder_id },
			body: { target_parent_id: target },
		});
		return simplified(item, folder, SIMPLE_FOLDER);
	},
};
