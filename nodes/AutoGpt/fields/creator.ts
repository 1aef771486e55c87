import type { INodeProperties } from 'n8n-workflow';

/** Names one creator of the marketplace. */
export const creatorField: INodeProperties = {
	displayName: 'Creator',
	name: 'creator',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The creator of marketplace agents to work with',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a creator…',
			typeOptions: { searchListMethod: 'searchCreators', searchable: true },
		},
		{
			displayName: 'By Username',
			name: 'username',
			type: 'string',
			placeholder: 'e.g. ada',
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://platform.agpt.co/marketplace/creator/ada',
			extractValue: {
				type: 'regex',
				regex: '^\\s*https?://[^?#]+/marketplace/creator/([^/?#\\s]+)',
			},
			validation: [
				{
					type: 'regex',
					properties: {
						regex: '^\\s*https?://[^?#]+/marketplace/creator/[^/?#\\s]+(?:[/?#].*)?\\s*',
						errorMessage: 'This is not the address of a creator in the marketplace',
					},
				},
			],
		},
	],
};
