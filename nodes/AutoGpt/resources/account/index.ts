import type { Resource } from '../../framework/operation';
import { get } from './get.operation';

export const account: Resource = {
	name: 'Account',
	value: 'account',
	description: 'The AutoGPT account that the credential belongs to',
	defaultOperation: 'get',
	operations: [get],
};
