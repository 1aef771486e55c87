import type { INodeProperties } from 'n8n-workflow';

import { isObject } from '../../../../platform/answers';
import type { CallOptions } from '../../../../platform/client';
import { whole } from '../../fields/simplify';
import { textIn } from '../../fields/values';
import type { Item } from '../../framework/item';
import type { ItemOperation } from '../../framework/operation';

type Body = CallOptions<'createCredential'>['body'];

function secretField(kind: string, displayName: string, name: string): INodeProperties {
	return {
		displayName,
		name,
		type: 'string',
		typeOptions: { password: true },
		default: '',
		required: true,
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
						placeholder: 'e.g. Authorization',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						typeOptions: { password: true },
						default: '',
					},
				],
			},
		],
	},
];

/** Headers by name, from the rows of the field. */
function headersOf(item: Item): Record<string, string> {
	const { header } = item.collection('headers');
	const rows = Array.isArray(header) ? header.filter(isObject) : [];
	const headers = rows.flatMap(({ name, value }): Array<[string, string]> =>
		typeof name === 'string' && name.trim() ? [[name.trim(), String(value ?? '')]] : [],
	);
	if (headers.length > 0) return Object.fromEntries(headers);
	throw item.failure("'Headers' is empty", 'Add at least one header with its name and value.');
}

function hostOf(item: Item): string {
	const host = item.requiredText('host', 'Host');
	if (!/[/\s]/.test(host)) return host;
	throw item.failure(
		`'Host' is not a host`,
		'Give a name such as api.example.com or *.example.com, without https:// and without a path.',
	);
}

function bodyOf(item: Item): Body {
	const title = textIn(item.collection('additionalFields'), 'title');
	const named = {
		provider: item.requiredText('provider', 'Provider'),
		...(title === undefined ? {} : { title }),
	};
	switch (item.text('kind')) {
		case 'hostScoped':
			return { ...named, type: 'host_scoped', host: hostOf(item), headers: headersOf(item) };
		case 'userPassword':
			return {
				...named,
				type: 'user_password',
				username: item.requiredText('username', 'Username'),
				password: item.requiredText('password', 'Password'),
			};
		default:
			return { ...named, type: 'api_key', api_key: item.requiredText('apiKey', 'API Key') };
	}
}

export const create: ItemOperation = {
	name: 'Create',
	value: 'create',
	action: 'Create integration credential',
	description:
		'Store a credential of another service in AutoGPT, for agents that need one. OAuth credentials can be made in the web app only.',
	fields: [
		{
			displayName: 'Kind',
			name: 'kind',
			type: 'options',
			noDataExpression: true,
			default: 'apiKey',
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
		{
			displayName: 'Provider',
			name: 'provider',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. openai',
			description:
				'The service as AutoGPT names it. Get Required Credentials of an agent shows it.',
		},
		secretField('apiKey', 'API Key', 'apiKey'),
		{
			displayName: 'Username',
			name: 'username',
			type: 'string',
			default: '',
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
					description: 'Name to tell it from others of the same provider',
				},
			],
		},
	],
	perItem: async (item) =>
		whole(await item.client.call('createCredential', { body: bodyOf(item) })),
};
