import { agentField } from '../../../shared/agentField';
import { inputsFields } from '../../fields/inputs';
import { RUN_COSTS } from '../../fields/notices';
import type { BatchOperation } from '../../framework/operation';
import { runAndWaitFields } from '../../wait/optionFields';
import { runAndWaitItems } from '../../wait/runAndWait';

export const runAndWait: BatchOperation = {
	name: 'Run and Wait',
	value: 'runAndWait',
	action: 'Run agent and wait',
	description: 'Run an agent, wait until it is finished, and return its outputs',
	notice: RUN_COSTS,
	fields: [agentField, ...inputsFields, ...runAndWaitFields],
	perBatch: async (items, settings) => await runAndWaitItems(items, settings),
};
