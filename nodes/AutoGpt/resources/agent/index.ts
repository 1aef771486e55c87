import type { Resource } from '../../framework/operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { runAndWait } from './runAndWait.operation';
import { start } from './start.operation';

export const agent: Resource = {
	name: 'Agent',
	value: 'agent',
	description: 'An agent of your AutoGPT library',
	defaultOperation: 'runAndWait',
	operations: [get, getMany, runAndWait, start],
};
