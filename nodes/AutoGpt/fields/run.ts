import type { INodeProperties } from 'n8n-workflow';

/** Names one run. */
export const runField: INodeProperties = {
	displayName: 'Run',
	name: 'runId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The run to work with',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a run…',
			typeOptions: { searchListMethod: 'searchRuns', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 8d1f0c52-6a3b-4f0e-8a86-64d1f9a4c7e2',
			hint: 'Start and Run and Wait return it as id',
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://platform.agpt.co/library/agents/…?activeItem=8d1f0c52-…',
			extractValue: { type: 'regex', regex: '^\\s*https?://.*[?&]activeItem=([0-9a-zA-Z_-]+)' },
			validation: [
				{
					type: 'regex',
					properties: {
						regex: '^\\s*https?://.*[?&]activeItem=[0-9a-zA-Z_-]+(?:[&#].*)?\\s*',
						errorMessage:
							'This address does not name a run. Open the run in AutoGPT and copy the address.',
					},
				},
			],
		},
	],
};
