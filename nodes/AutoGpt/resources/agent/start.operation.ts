import { agentField } from '../../../shared/agentField';
import { inputsFields } from '../../fields/inputs';
import { RUN_COSTS } from '../../fields/notices';
import type { BatchOperation } from '../../framework/operation';
import { startOnly, startOnlyFields, startOnlyRawFields } from '../../start/startOnly';

export const start: BatchOperation = {
	name: 'Start',
	value: 'start',
	action: 'Start agent',
	description: 'Start a run of an agent without waiting for it',
	notice: RUN_COSTS,
	fields: [agentField, ...inputsFields, ...startOnlyFields],
	rawFields: startOnlyRawFields,
	perBatch: async (items, settings) => await startOnly(items, settings),
};
