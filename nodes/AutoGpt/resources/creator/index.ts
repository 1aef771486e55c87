import type { Resource } from '../../framework/operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';

export const creator: Resource = {
	name: 'Creator',
	value: 'creator',
	description: 'Someone who publishes agents in the AutoGPT marketplace',
	defaultOperation: 'getMany',
	operations: [get, getMany],
};
