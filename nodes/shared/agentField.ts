import type { INodeProperties } from 'n8n-workflow';

const UUID = '[0-9a-zA-Z_-]+';

/** Picks one agent of the library: from a searchable list, by its ID, or by its page in AutoGPT. */
export const agentField: INodeProperties = {
	displayName: 'Agent',
	name: 'agentId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The agent of your AutoGPT library to work with',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an agent…',
			typeOptions: { searchListMethod: 'searchAgents', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 3f2b7a64-0c1d-4b7e-9a57-2d4c0f6f1b11',
			hint: 'The ID that the agent has in your library, as Get Many returns it; not its graph ID',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: `^\\s*${UUID}\\s*$`,
						errorMessage: 'This is not the ID of an agent',
					},
				},
			],
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://platform.agpt.co/library/agents/3f2b7a64-…',
			hint: "Open the agent in AutoGPT and copy the address from the browser's address bar",
			extractValue: { type: 'regex', regex: `^\\s*https?://[^?#]+/library/agents/(${UUID})` },
			validation: [
				{
					type: 'regex',
					properties: {
						regex: `^\\s*https?://[^?#]+/library/agents/${UUID}(?:[/?#].*)?\\s*`,
						errorMessage: 'This is not the address of an agent in an AutoGPT library',
					},
				},
			],
		},
	],
};
