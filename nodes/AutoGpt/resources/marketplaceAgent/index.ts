import type { Resource } from '../../framework/operation';
import { addToLibrary } from './addToLibrary.operation';
import { get } from './get.operation';
import { getByVersion } from './getByVersion.operation';
import { getMany } from './getMany.operation';
import { runAndWait } from './runAndWait.operation';

export const marketplaceAgent: Resource = {
	name: 'Marketplace Agent',
	value: 'marketplaceAgent',
	description: 'An agent that someone published in the AutoGPT marketplace',
	defaultOperation: 'getMany',
	operations: [addToLibrary, get, getByVersion, getMany, runAndWait],
};
