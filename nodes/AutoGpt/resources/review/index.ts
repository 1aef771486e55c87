import type { Resource } from '../../framework/operation';
import { answer } from './answer.operation';
import { getMany } from './getMany.operation';

export const review: Resource = {
	name: 'Review',
	value: 'review',
	description: 'A question that a run asks a person',
	defaultOperation: 'getMany',
	operations: [answer, getMany],
};
