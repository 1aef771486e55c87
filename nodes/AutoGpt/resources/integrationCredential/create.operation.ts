import { isObject } from '../../../../client/util/json';
import type { CallOptions } from '../../../../client/contract/calls';
import { whole } from '../../framework/simplify';
import { textIn } from '../../fields/values';
import type { Item } from '../../framework/item';
import type { ItemOperation } from '../../framework/operation';
import { createFields } from './createFields';

type Body = CallOptions<'createCredential'>['body'];

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
		'Enter a name such as api.example.com or *.example.com, without https:// and without a path.',
	);
}

/** A password as it is: space at its ends is part of it. */
function passwordOf(item: Item): string {
	const trimmed = item.requiredText('password', 'Password');
	const password = item.value('password');
	return typeof password === 'string' ? password : trimmed;
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
				password: passwordOf(item),
			};
		default:
			return { ...named, type: 'api_key', api_key: item.requiredText('apiKey', 'API Key') };
	}
}

function secretsOf(body: Body): string[] {
	switch (body.type) {
		case 'api_key':
			return [body.api_key];
		case 'user_password':
			return [body.password];
		default:
			return Object.values(body.headers);
	}
}

export const create: ItemOperation = {
	name: 'Create',
	value: 'create',
	action: 'Create integration credential',
	description:
		'Store a credential of another service in AutoGPT, for agents that need one. OAuth credentials can be made in the web app only.',
	fields: createFields,
	perItem: async (item) => {
		const body = bodyOf(item);
		// AutoGPT may repeat the secrets when it refuses them.
		const client = item.client.withSecrets(secretsOf(body));
		return whole(await client.call('createCredential', { body }));
	},
};
