import type { Resource } from '../../framework/operation';
import { getMany } from './getMany.operation';
import { run } from './run.operation';

export const block: Resource = {
	name: 'Block',
	value: 'block',
	description: 'A building block of graphs',
	defaultOperation: 'getMany',
	operations: [getMany, run],
};
