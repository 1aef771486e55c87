import type { Resource } from '../../framework/operation';
import { create } from './create.operation';
import { deleteSchedule } from './delete.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';

export const schedule: Resource = {
	name: 'Schedule',
	value: 'schedule',
	description: 'How often AutoGPT runs an agent by itself',
	defaultOperation: 'getMany',
	operations: [create, deleteSchedule, get, getMany],
};
