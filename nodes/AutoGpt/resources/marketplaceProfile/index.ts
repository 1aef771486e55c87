import type { Resource } from '../../framework/operation';
import { get } from './get.operation';
import { update } from './update.operation';

export const marketplaceProfile: Resource = {
	name: 'Marketplace Profile',
	value: 'marketplaceProfile',
	description: 'Your own public profile in the AutoGPT marketplace',
	defaultOperation: 'get',
	operations: [get, update],
};
