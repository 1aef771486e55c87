import { responseFields } from '../../../../client/contract/responseFields';
import { otherFolderField } from '../../fields/folder';
import { simplified, simplifyField } from '../../framework/simplify';
import { defined, textIn } from '../../fields/values';
import type { ItemOperation } from '../../framework/operation';
import { appearanceFields } from './appearance';
import { SIMPLE_FOLDER } from '../../output/folder';

export const create: ItemOperation = {
	name: 'Create',
	value: 'create',
	action: 'Create folder',
	description: 'Create a folder in your library; names are unique within a folder',
	fields: [
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			description: 'What the folder is called in the library',
			required: true,
			placeholder: 'e.g. Newsletters',
		},
		otherFolderField(
			'Parent Folder',
			'parentFolderId',
			'The folder to create it in. Leave empty for the root of the library.',
		),
		simplifyField,
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: appearanceFields,
		},
	],
	rawFields: responseFields.createFolder,
	perItem: async (item) => {
		const fields = item.collection('additionalFields');
		const body = defined({
			name: item.requiredText('name', 'Name'),
			parent_id: item.optionalText('parentFolderId') || undefined,
			icon: textIn(fields, 'icon'),
			color: textIn(fields, 'color'),
		});
		return simplified(item, await item.client.call('createFolder', { body }), SIMPLE_FOLDER);
	},
};
