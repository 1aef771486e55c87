import type { Resource } from '../../framework/operation';
import { deleteFile } from './delete.operation';
import { download } from './download.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { upload } from './upload.operation';

export const file: Resource = {
	name: 'File',
	value: 'file',
	description: 'A file of your AutoGPT workspace, for inputs and outputs of agents',
	defaultOperation: 'upload',
	operations: [deleteFile, download, get, getMany, upload],
};
