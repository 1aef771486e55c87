import { graphToRunFields } from '../../fields/graphToRun';
import { graphInputsFields } from '../../fields/inputs';
import { RUN_COSTS } from '../../fields/notices';
import type { BatchOperation } from '../../framework/operation';
import { graphTarget } from '../../start/graphTarget';
import { runAndWaitFields } from '../../wait/optionFields';
import { runAndWaitItems } from '../../wait/runAndWait';

export const runAndWait: BatchOperation = {
	name: 'Run and Wait',
	value: 'runAndWait',
	action: 'Run graph and wait',
	description:
		'Run a graph by its agent in your library, wait until it is finished, and return its outputs',
	notice: RUN_COSTS,
	fields: [...graphToRunFields, ...graphInputsFields, ...runAndWaitFields],
	perBatch: async (items, settings) =>
		await runAndWaitItems(items, settings, { findTarget: graphTarget }),
};
