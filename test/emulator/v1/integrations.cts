import { addCredential, credentialsOf } from '../credentials.cts';
import type { CredentialType, Schemas } from '../types.cts';
import { done, type V1Call, type V1Handlers, type V1Schemas } from './call.cts';
import { DetailError } from './errors.cts';

function viewOf(info: Schemas['CredentialInfo']): V1Schemas['Credential'] {
	const { id, provider, type, title, scopes, username, is_managed } = info;
	return { id, provider, type, title, scopes, username, host: null, is_managed };
}

function ofProvider({ core, params, principal }: V1Call): V1Schemas['Credential'][] {
	const own = credentialsOf(core, principal.user.id);
	return own.filter(({ provider }) => provider === params.provider).map(viewOf);
}

/** No service is set up for sign-in here (v1.md section 3). */
function notConfigured(): never {
	const hint = 'Set client id and secret on the server.';
	throw new DetailError(501, { message: 'This service is not configured.', hint });
}

type Name =
	| 'listProviders'
	| 'initiateOAuth'
	| 'completeOAuth'
	| 'listCredentials'
	| 'listProviderCredentials'
	| 'createCredential'
	| 'deleteCredential';

export const integrations: Pick<V1Handlers, Name> = {
	listProviders: () =>
		done([
			{
				name: 'http',
				supports_oauth: false,
				supports_api_key: true,
				supports_user_password: false,
				supports_host_scoped: true,
				default_scopes: [],
			},
		]),

	initiateOAuth: notConfigured,

	completeOAuth: notConfigured,

	listCredentials: ({ core, principal }) =>
		done(credentialsOf(core, principal.user.id).map(viewOf)),

	listProviderCredentials: (call) => done(ofProvider(call)),

	createCredential: ({ body, core, params, principal }) => {
		const { type, title } = body as { type: CredentialType; title: string };
		const provider = params.provider ?? '';
		const { info } = addCredential(core, principal.user.id, { provider, type, title });
		return done({ id: info.id, provider, type, title }, 201);
	},

	deleteCredential: ({ core, params, principal }) => {
		const id = params.cred_id ?? '';
		const record = core.state.credentials.get(id);
		const isKnown =
			record?.userId === principal.user.id && record.info.provider === params.provider;
		if (!record || !isKnown) throw new DetailError(404, 'No such credential');
		if (record.info.is_managed)
			throw new DetailError(403, 'This credential belongs to the platform');
		core.state.credentials.delete(id);
		return done({ deleted: true, credentials_id: id });
	},
};
