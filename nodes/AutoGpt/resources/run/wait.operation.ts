import { mapBounded } from '../../../../client/util/concurrency';
import { runField } from '../../fields/run';
import { runGraph } from '../../fields/runGraph';
import { asFailure } from '../../framework/failures';
import type { BatchOperation, ItemResult } from '../../framework/operation';
import { waitForRunFields } from '../../wait/optionFields';
import { readRunSettings } from '../../wait/settings';
import { waitForItems, type Waiting } from '../../wait/waitForItems';

export const wait: BatchOperation = {
	name: 'Wait',
	value: 'wait',
	action: 'Wait for run',
	description: 'Wait until runs that were started before are finished, and return their outputs',
	fields: [runField, ...waitForRunFields],
	perBatch: async (items, { stopsAtFailure }): Promise<ItemResult[]> => {
		const client = items[0]?.client;
		if (!client) return [];
		const named = await mapBounded(items, 1, async (item): Promise<Waiting | ItemResult> => {
			try {
				const settings = readRunSettings(item);
				const runId = item.requiredText('runId', 'Run');
				return { item, runId, graphId: runGraph(item), settings };
			} catch (error) {
				return { failure: asFailure(error, item.functions.getNode(), item.index) };
			}
		});
		const runs = named.filter((run): run is Waiting => 'runId' in run);
		const waited = await waitForItems(client, runs, { stopsAtFailure });
		const byItem = new Map(runs.map(({ item }, index) => [item.index, waited[index]]));
		return named.map((run): ItemResult => {
			if (!('runId' in run)) return run;
			return byItem.get(run.item.index) ?? { outputs: [] };
		});
	},
};
