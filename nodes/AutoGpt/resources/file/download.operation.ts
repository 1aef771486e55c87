import { chosenFile, fileField } from '../../fields/file';
import type { ItemOperation } from '../../framework/operation';
import { downloadToBinary } from '../../../shared/runFiles';

export const download: ItemOperation = {
	name: 'Download',
	value: 'download',
	action: 'Download file',
	description: 'Download a file into binary data, such as one among the outputs of a run',
	fields: [
		fileField,
		{
			displayName: 'Put Output File in Field',
			name: 'binaryPropertyName',
			type: 'string',
			default: 'data',
			required: true,
			placeholder: 'e.g. data',
			hint: 'The name of the output binary field to put the file in',
		},
	],
	concurrency: 3,
	perItem: async (item) => {
		const id = chosenFile(item);
		const field = item.requiredText('binaryPropertyName', 'Put Output File in Field');
		const binary = await downloadToBinary(item, id);
		const { fileName, mimeType, bytes } = binary;
		return {
			json: { id, name: fileName ?? null, mime_type: mimeType, size_bytes: bytes ?? null },
			binary: { [field]: binary },
		};
	},
};
