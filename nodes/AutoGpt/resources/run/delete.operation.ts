import { runField } from '../../fields/run';
import type { ItemOperation } from '../../framework/operation';

export const deleteRun: ItemOperation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete run',
	description:
		'Delete a run. One that still works goes on and costs money, out of sight: stop it first.',
	notice: 'A run that still works goes on and costs credits, out of sight: stop it first',
	fields: [runField],
	perItem: async (item) => {
		const run_id = item.requiredText('runId', 'Run');
		await item.client.call('deleteRun', { path: { run_id } });
		return { json: { deleted: true, id: run_id } };
	},
};
