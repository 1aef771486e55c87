import { listedInputsFields } from '../../fields/inputs';
import { marketplaceAgentField } from '../../fields/marketplaceAgent';
import { RUN_COSTS } from '../../fields/notices';
import type { BatchOperation } from '../../framework/operation';
import { listingTarget } from '../../start/listingTarget';
import { runAndWaitFields } from '../../wait/optionFields';
import { runAndWaitItems } from '../../wait/runAndWait';

export const runAndWait: BatchOperation = {
	name: 'Run and Wait',
	value: 'runAndWait',
	action: 'Run marketplace agent and wait',
	description:
		'Run an agent of the marketplace, wait until it is finished, and return its outputs. It is added to your library if it is not there.',
	notice: RUN_COSTS,
	fields: [marketplaceAgentField, ...listedInputsFields, ...runAndWaitFields],
	perBatch: async (items, settings) =>
		await runAndWaitItems(items, settings, { findTarget: listingTarget }),
};
