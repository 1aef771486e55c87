import type { Resource } from '../../framework/operation';
import { create } from './create.operation';
import { deleteFolder } from './delete.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { getTree } from './getTree.operation';
import { move } from './move.operation';
import { update } from './update.operation';

export const folder: Resource = {
	name: 'Folder',
	value: 'folder',
	description: 'A folder of your AutoGPT library',
	defaultOperation: 'getMany',
	operations: [create, deleteFolder, get, getMany, getTree, move, update],
};
