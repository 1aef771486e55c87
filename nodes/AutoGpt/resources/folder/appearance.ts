import type { INodeProperties } from 'n8n-workflow';

/** How a folder looks in AutoGPT. */
export const appearanceFields: INodeProperties[] = [
	{
		displayName: 'Color',
		name: 'color',
		type: 'color',
		default: '',
		placeholder: 'e.g. #3B82F6',
	},
	{
		displayName: 'Icon',
		name: 'icon',
		type: 'string',
		default: '',
		placeholder: 'e.g. 📁',
	},
];
