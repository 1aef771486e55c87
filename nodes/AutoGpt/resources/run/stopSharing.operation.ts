import { runField } from '../../fields/run';
import type { ItemOperation } from '../../framework/operation';

export const stopSharing: ItemOperation = {
	name: 'Stop Sharing',
	value: 'stopSharing',
	action: 'Stop sharing run',
	description: 'End the link that shows a run to others',
	fields: [runField],
	perItem: async (item) => {
		const run_id = item.requiredText('runId', 'Run');
		await item.client.call('unshareRun', { path: { run_id } });
		return { json: { id: run_id, is_shared: false } };
	},
};
