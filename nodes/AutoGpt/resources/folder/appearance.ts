import type { INodeProperties } from 'n8n-workflow';

/** How a folder looks in AutoGPT. */
export const appearanceFields: INodeProperties[] = [
	{
		displayName: 'Color',
		name: 'color',
		type: 'color',
		default: '',
		description: 'Color of the folder in AutoGPT, as a hex code',
		placeholder: 'e.g. #3B82F6',
	},
	{
		displayName: 'Icon',
		name: 'icon',
		type: 'string',
		default: '',
		description: "One emoji that stands before the folder's name in AutoGPT",
		placeholder: 'e.g. 📁',
	},
];
