import type { INodeProperties } from 'n8n-workflow';

/** The agent's inputs. */
export const inputsFields: INodeProperties[] = [
	{
		displayName: 'Inputs',
		name: 'inputsJson',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. {"name": "Ada"}',
		description: "The agent's inputs by name. Agent > Get shows which ones it has.",
		hint: 'An object with the names of the inputs, or an expression that gives one',
	},
];
