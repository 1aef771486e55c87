import { NodeConnectionTypes, type INodeType } from 'n8n-workflow';

/** Stands before the node under test; its items are pinned. */
export const sourceNode: INodeType = {
	description: {
		displayName: 'Source',
		name: 'source',
		group: ['trigger'],
		version: 1,
		description: 'Returns the items of a test',
		defaults: { name: 'Source' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
};
