import { blockField } from '../../fields/block';
import { blockInputsFields } from '../../fields/inputs';
import { BLOCK_COSTS } from '../../fields/notices';
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
		'Run one block, wait for it, and return its outputs. The first time, an agent of this one block is added to your library.',
	notice: BLOCK_COSTS,
	fields: [blockField, ...blockInputsFields, ...runBlockFields],
	perBatch: async (items, settings) =>
		await runAndWaitItems(items, settings, { findTarget: blockTarget, failOn: BLOCK_FAIL_ON }),
};
