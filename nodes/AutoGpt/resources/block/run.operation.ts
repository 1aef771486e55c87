import { blockField } from '../../fields/block';
import { blockInputsFields } from '../../fields/inputs';
import type { BatchOperation } from '../../framework/operation';
import { blockTarget } from '../../start/blockTarget';
import { runBlockFields } from '../../wait/optionFields';
import { runAndWaitItems } from '../../wait/runAndWait';
import { BLOCK_FAIL_ON } from '../../wait/settings';

export const run: BatchOperation = {
	name: 'Run',
	value: 'run',
	action: 'Run block',
	description:
		'Run a single block, wait until it is finished, and return its outputs. AutoGPT runs agents only: the first time, an agent of this one block is made in your library, and used again afterwards.',
	fields: [blockField, ...blockInputsFields, ...runBlockFields],
	perBatch: async (items, settings) =>
		await runAndWaitItems(items, settings, { findTarget: blockTarget, failOn: BLOCK_FAIL_ON }),
};
