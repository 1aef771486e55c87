import { graphField } from '../../fields/graph';
import { wholeNumber } from '../../fields/values';
import type { ItemOperation } from '../../framework/operation';

export const setActiveVersion: ItemOperation = {
	name: 'Set Active Version',
	value: 'setActiveVersion',
	action: 'Set active version of graph',
	description: 'Choose which version of a graph runs from now on',
	fields: [
		graphField,
		{
			displayName: 'Version',
			name: 'version',
			type: 'number',
			default: 1,
			required: true,
			typeOptions: { minValue: 1 },
			description: 'The version to activate, as Get Versions returns it',
		},
	],
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const version = wholeNumber(item, item.value('version'), 'Version');
		await item.client.call('setActiveGraphVersion', {
			path: { graph_id },
			body: { active_graph_version: version },
		});
		return { json: { id: graph_id, version, is_active: true } };
	},
};
