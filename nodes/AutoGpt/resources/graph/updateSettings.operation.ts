import { graphField } from '../../fields/graph';
import type { ItemOperation } from '../../framework/operation';

export const updateSettings: ItemOperation = {
	name: 'Update Settings',
	value: 'updateSettings',
	action: 'Update settings of graph',
	description: 'Choose whether the review steps of a graph ask a person',
	fields: [
		graphField,
		{
			displayName: 'Human-in-the-Loop Safe Mode',
			name: 'safeMode',
			type: 'boolean',
			default: true,
			description:
				'Whether review steps wait for a person. When off, they pass everything on as approved without asking.',
		},
	],
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const safeMode = item.flag('safeMode', 'Human-in-the-Loop Safe Mode', true);
		const settings = await item.client.call('updateGraphSettings', {
			path: { graph_id },
			body: { human_in_the_loop_safe_mode: safeMode },
		});
		return { json: { id: graph_id, ...settings } };
	},
};
