import { chosenFile, fileField } from '../../fields/file';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { shapeFile } from '../../output/file';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get file',
	description: 'Retrieve name, type and size of a file',
	fields: [fileField],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const file_id = chosenFile(item);
		return shapeFile(await item.client.call('getFile', { path: { file_id } }));
	},
};
