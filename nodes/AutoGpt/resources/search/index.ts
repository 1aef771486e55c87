import type { Resource } from '../../framework/operation';
import { getMany } from './getMany.operation';

export const search: Resource = {
	name: 'Search',
	value: 'search',
	description: 'Search over agents, blocks, files and the marketplace',
	defaultOperation: 'getMany',
	operations: [getMany],
};
