import { runField } from '../../fields/run';
import type { ItemOperation } from '../../framework/operation';

export const share: ItemOperation = {
	name: 'Share',
	value: 'share',
	action: 'Share run',
	description:
		'Make a link that shows a run to anyone who has it; each call makes a new link and ends the earlier one',
	notice: 'Anyone who has the link can see the run',
	fields: [runField],
	perItem: async (item) => {
		const run_id = item.requiredText('runId', 'Run');
		const { share_url } = await item.client.call('shareRun', { path: { run_id } });
		return { json: { id: run_id, is_shared: true, share_url } };
	},
};
