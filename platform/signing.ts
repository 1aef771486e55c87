import {
	UserError,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
} from 'n8n-workflow';

import { platformAddress } from './baseUrl';

function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/**
 * Signs a request with an API key: in `X-API-Key`, only for the host of the credential's own Base
 * URL, and not for where that host may redirect to.
 *
 * @throws UserError when the request goes to another host
 */
export function signWithApiKey(
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
): IHttpRequestOptions {
	const { baseUrl } = platformAddress(text(credentials.baseUrl));
	const target = new URL(request.url, request.baseURL ?? baseUrl);
	if (target.origin !== new URL(baseUrl).origin) {
		throw new UserError(
			`This AutoGPT credential is for ${new URL(baseUrl).origin} and is not sent to ${target.origin}`,
		);
	}
	const teamId = text(credentials.teamId);
	return {
		...request,
		disableFollowRedirect: true,
		headers: {
			...request.headers,
			'X-API-Key': text(credentials.apiKey),
			...(teamId ? { 'X-Team-Id': teamId } : {}),
		},
	};
}
