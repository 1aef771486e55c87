import type { Resource } from '../../framework/operation';
import { deleteAgent } from './delete.operation';
import { duplicate } from './duplicate.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { getRequiredCredentials } from './getRequiredCredentials.operation';
import { runAndWait } from './runAndWait.operation';
import { start } from './start.operation';
import { update } from './update.operation';

export const agent: Resource = {
	name: 'Agent',
	value: 'agent',
	description: 'An agent of your AutoGPT library',
	defaultOperation: 'runAndWait',
	operations: [
		deleteAgent,
		duplicate,
		get,
		getMany,
		getRequiredCredentials,
		runAndWait,
		start,
		update,
	],
};
