import type { INodeProperties } from 'n8n-workflow';

import { locatorField } from '../../../shared/locator';
import { onlyInVersion1, since1_1 } from '../../framework/version';
import { provider } from './provider';

function secretField(kind: string, displayName: string, name: string): INodeProperties {
	return {
		displayName,
		name,
		type: 'string',
		typeOptions: { password: true },
		default: '',
		required: true,
		description: 'AutoGPT keeps it, and never shows it again',
		displayOptions: { show: { kind: [kind] } },
	};
}

const hostFields: INodeProperties[] = [
	{
		displayName: 'Host',
		name: 'host',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. *.example.com',
		description: 'Host that gets the headers, without https:// and without a path',
		displayOptions: { show: { kind: ['hostScoped'] } },
	},
	{
		displayName: 'Headers',
		name: 'headers',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Header',
		default: {},
		description: 'Headers that go with each request to the host; their values are secret',
		displayOptions: { show: { kind: ['hostScoped'] } },
		options: [
			{
				displayName: 'Header',
				name: 'header',
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						description: 'Name of the header',
						placeholder: 'e.g. Authorization',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						typeOptions: { password: true },
						default: '',
						description: 'Value of the header, kept secret',
					},
				],
			},
		],
	},
];

/** What Create asks for, for each kind of credential. Secrets are hidden in the editor. */
export const createFields: INodeProperties[] = [
	{
		displayName: 'Kind',
		name: 'kind',
		type: 'options',
		noDataExpression: true,
		default: 'apiKey',
		description: 'What AutoGPT signs in with at the provider',
		options: [
			{ name: 'API Key', value: 'apiKey' },
			{
				name: 'Headers for a Host',
				value: 'hostScoped',
				description: 'Headers that go to one host only',
			},
			{ name: 'Username and Password', value: 'userPassword' },
		],
	},
	onlyInVersion1({
		displayName: 'Provider',
		name: 'provider',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. openai',
		description: 'The service as AutoGPT names it. Get Required Credentials of an agent shows it.',
	}),
	since1_1(
		locatorField({
			...provider,
			description: 'The service that the credential is for',
			search: 'searchProviders',
			hint: 'As AutoGPT writes it. Get Required Credentials of an agent shows it, too.',
		}),
	),
	secretField('apiKey', 'API Key', 'apiKey'),
	{
		displayName: 'Username',
		name: 'username',
		type: 'string',
		default: '',
		description: 'Name of the account at the provider',
		required: true,
		placeholder: 'e.g. ada',
		displayOptions: { show: { kind: ['userPassword'] } },
	},
	secretField('userPassword', 'Password', 'password'),
	...hostFields,
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				displayName: 'Title',
				name: 'title',
				type: 'string',
				default: '',
				placeholder: 'e.g. Main key',
				description: 'Name that sets it apart from others of the same provider',
			},
		],
	},
];
