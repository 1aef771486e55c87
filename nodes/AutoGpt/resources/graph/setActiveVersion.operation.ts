import { graphField } from '../../fields/graph';
import { graphVersionFields } from '../../fields/graphVersion';
import { wholeNumber } from '../../fields/values';
import type { ItemOperation } from '../../framework/operation';

export const setActiveVersion: ItemOperation = {
	name: 'Set Active Version',
	value: 'setActiveVersion',
	action: 'Set active version of graph',
	description: 'Choose which version of a graph runs from now on',
	fields: [
		graphField,
		...graphVersionFields({
			displayName: 'Version',
			name: 'version',
			description: 'The version to activate, as Get Versions returns it',
			required: true,
			of: 'Graph',
		}),
	],
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const version = wholeNumber(item, item.requiredText('version', 'Version'), 'Version');
		await item.client.call('setActiveGraphVersion', {
			path: { graph_id },
			body: { active_graph_version: version },
		});
		return { json: { id: graph_id, version, is_active: true } };
	},
};
