import { responseFields } from '../../../../client/contract/responseFields';
import { folderField } from '../../fields/folder';
import { simplified, simplifyField } from '../../framework/simplify';
import { defined, requireChange, textIn } from '../../fields/values';
import type { ItemOperation } from '../../framework/operation';
import { appearanceFields } from './appearance';
import { SIMPLE_FOLDER } from '../../output/folder';

export const update: ItemOperation = {
	name: 'Update',
	value: 'update',
	action: 'Update folder',
	description: 'Change the name, icon or color of a folder',
	fields: [
		folderField,
		simplifyField,
		{
			displayName: 'Update Fields',
			name: 'updateFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				...appearanceFields,
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					description: 'What the folder is called from now on',
					placeholder: 'e.g. Newsletters',
				},
			],
		},
	],
	rawFields: responseFields.updateFolder,
	perItem: async (item) => {
		const folder_id = item.requiredText('folderId', 'Folder');
		const fields = item.collection('updateFields');
		const body = defined({
			name: textIn(fields, 'name'),
			icon: textIn(fields, 'icon'),
			color: textIn(fields, 'color'),
		});
		requireChange(item, body);
		const folder = await item.client.call('updateFolder', { path: { folder_id }, body });
		return simplified(item, folder, SIMPLE_FOLDER);
	},
};
