import type { INodeProperties } from 'n8n-workflow';

import { fileIdOf } from '../../../client/files/files';
import type { Item } from '../framework/item';

/** Names one file of the workspace, by its ID or by the reference that outputs of runs hold. */
export const fileField: INodeProperties = {
	displayName: 'File',
	name: 'fileId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The file to work with',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a file…',
			typeOptions: { searchListMethod: 'searchFiles', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 5c0d8f4e-2b7a-4c19-9d63-1e8a7f20b3c5',
			hint: 'The ID of the file, or a reference such as workspace://5c0d8f4e-…#text/plain from the outputs of a run',
		},
	],
};

/** ID of the file that the item names. */
export function chosenFile(item: Item): string {
	return fileIdOf(item.requiredText('fileId', 'File'));
}
