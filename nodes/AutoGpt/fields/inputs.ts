import type { INodeProperties } from 'n8n-workflow';

/** Stands before the names of credential fields in the form, where inputs stand by their names. */
export const CREDENTIAL_PREFIX = 'credential:';

/** What stands in such a field for leaving the credential out. */
export const NO_CREDENTIAL = 'none';

/** The agent's inputs: a form made from its schema, or JSON. */
export const inputsFields: INodeProperties[] = [
	{
		displayName: 'Specify Inputs',
		name: 'inputsMode',
		type: 'options',
		noDataExpression: true,
		default: 'form',
		options: [
			{
				name: 'Form',
				value: 'form',
				description: 'One field for each input of the agent',
			},
			{
				name: 'JSON',
				value: 'json',
				description: 'All inputs as one object, for example when an expression chooses the agent',
			},
		],
		description: 'How to give the agent its inputs',
	},
	{
		displayName: 'Inputs',
		name: 'inputs',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		displayOptions: { show: { inputsMode: ['form'] } },
		typeOptions: {
			loadOptionsDependsOn: ['agentId.value'],
			resourceMapper: {
				resourceMapperMethod: 'getAgentInputs',
				mode: 'map',
				valuesLabel: 'Inputs',
				fieldWords: { singular: 'input', plural: 'inputs' },
				noFieldsError: 'No inputs found. Choose an agent first.',
				supportAutoMap: false,
				refreshStaleSchemaOnOpen: true,
			},
		},
		description:
			'Inputs that are left empty keep the default of the agent. A file is the name of a binary field of the item, a reference such as workspace://…, or an https:// address.',
	},
	{
		displayName: 'Inputs',
		name: 'inputsJson',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. {"name": "Ada"}',
		displayOptions: { show: { inputsMode: ['json'] } },
		description: "The agent's inputs by name. Agent > Get shows which ones it has.",
		hint: 'An object with the names of the inputs, or an expression that gives one',
	},
	{
		displayName: 'Agent Credentials',
		name: 'credentialsJson',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. {"openai_api_key_credentials": "cr-5"}',
		displayOptions: { show: { inputsMode: ['json'] } },
		description:
			'Which credentials kept in AutoGPT the agent uses, by field: the ID of one, or null for none. What only one credential fits is filled without asking.',
		hint: 'Agent > Get Required Credentials shows the fields and the IDs',
	},
];
