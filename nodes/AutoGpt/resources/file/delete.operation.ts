import { chosenFile, fileField } from '../../fields/file';
import type { ItemOperation } from '../../framework/operation';

export const deleteFile: ItemOperation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete file',
	description: 'Delete a file; references to it in agents and schedules lead nowhere then',
	notice: 'A deleted file cannot be brought back',
	fields: [fileField],
	perItem: async (item) => {
		const file_id = chosenFile(item);
		await item.client.call('deleteFile', { path: { file_id } });
		return { json: { deleted: true, id: file_id } };
	},
};
