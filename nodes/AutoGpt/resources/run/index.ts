import type { Resource } from '../../framework/operation';
import { deleteRun } from './delete.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { share } from './share.operation';
import { stop } from './stop.operation';
import { stopSharing } from './stopSharing.operation';
import { wait } from './wait.operation';

export const run: Resource = {
	name: 'Run',
	value: 'run',
	description: 'One execution of an agent',
	defaultOperation: 'get',
	operations: [deleteRun, get, getMany, share, stop, stopSharing, wait],
};
