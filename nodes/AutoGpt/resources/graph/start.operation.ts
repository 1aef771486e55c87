import { graphToRunFields } from '../../fields/graphToRun';
import { graphInputsFields } from '../../fields/inputs';
import { RUN_COSTS } from '../../fields/notices';
import type { BatchOperation } from '../../framework/operation';
import { graphTarget } from '../../start/graphTarget';
import { startOnly, startOnlyFields, startOnlyRawFields } from '../../start/startOnly';

export const start: BatchOperation = {
	name: 'Start',
	value: 'start',
	action: 'Start graph',
	description: 'Start a run of a graph by its agent in your library, without waiting for it',
	notice: RUN_COSTS,
	fields: [...graphToRunFields, ...graphInputsFields, ...startOnlyFields],
	rawFields: startOnlyRawFields,
	perBatch: async (items, settings) => await startOnly(items, settings, graphTarget),
};
