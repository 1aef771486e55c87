import type { CallOptions, V1Answer, V1CallOptions } from '../contract/calls';
import type { CredentialInfo } from '../contract/types';
import { UNTOLD, type Adapter } from './server';

type V1Credential = V1Answer<'listCredentials'>[number];

function infoOf(credential: V1Credential): CredentialInfo {
	return {
		id: credential.id,
		type: credential.type === 'device_code' ? UNTOLD : credential.type,
		provider: credential.provider,
		title: credential.title ?? null,
		username: credential.username ?? null,
		scopes: credential.scopes ?? [],
		expires_at: null,
		is_managed: credential.is_managed ?? false,
	};
}

/** The credentials that AutoGPT keeps: all at once, since API v1 has no pages. */
export const listCredentials: Adapter<'listCredentials'> = async (server, { query }) => {
	const wanted = query?.provider?.toLowerCase();
	const all = await server.call('listCredentials', {});
	const items = all
		.filter(({ provider }) => wanted === undefined || provider.toLowerCase() === wanted)
		.map(infoOf);
	return { items, next_cursor: null, total_count: items.length };
};

/** `type` must be there, and so must a title (contract: v1.md section 7, Credentials). */
function bodyOf(
	body: CallOptions<'createCredential'>['body'],
): V1CallOptions<'createCredential'>['body'] {
	const title = body.title ?? body.provider;
	switch (body.type) {
		case 'api_key':
			return { type: body.type, api_key: body.api_key, title };
		case 'user_password':
			return { type: body.type, username: body.username, password: body.password, title };
		case 'host_scoped':
			return { type: body.type, host: body.host, headers: body.headers, title };
	}
}

export const createCredential: Adapter<'createCredential'> = async (server, { body }) =>
	infoOf(
		await server.call('createCredential', {
			path: { provider: body.provider },
			body: bodyOf(body),
		}),
	);

/** API v1 asks for the provider as well, which the list tells; it has no `force`. */
export const deleteCredential: Adapter<'deleteCredential'> = async (server, { path }) => {
	const { credential_id: id } = path;
	const all = await server.call('listCredentials', {});
	const credential = all.find((one) => one.id === id);
	if (!credential) {
		throw server.error({
			message: `The integration credential '${id}' was not found`,
			description: 'Check the ID: Integration Credential > Get Many lists what AutoGPT keeps.',
			status: 404,
			outcome: 'refused',
			failure: { cause: 'configuration-invalid' },
		});
	}
	await server.call('deleteCredential', {
		path: { provider: credential.provider, cred_id: id },
	});
	return undefined;
};
