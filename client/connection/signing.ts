import {
	UserError,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
} from 'n8n-workflow';

import { readApiKey } from './apiKey';
import { platformAddress } from './baseUrl';
import { credentialHeaders } from './headers';
import { readUrl } from '../util/url';

/** n8n signs requests of both its kinds: its HTTP Request node names the address `uri`. */
interface AnyRequest extends IHttpRequestOptions {
	uri?: string;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
	rejectUnauthorized?: boolean;
}

/** What keeps each kind of request from being sent on, key and all, to where a host redirects. */
const NO_REDIRECTS = {
	disableFollowRedirect: true,
	followRedirect: false,
	followAllRedirects: false,
} as const;

function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/** The origin that n8n will send the request to; undefined when its address says none. */
function originOf({ url, uri, baseURL }: AnyRequest): string | undefined {
	return readUrl(url ?? uri ?? '', baseURL)?.origin;
}

/** Whether a request skips the check of the server's certificate. */
function skipsCertificate({ skipSslCertificateValidation, rejectUnauthorized }: AnyRequest) {
	return skipSslCertificateValidation === true || rejectUnauthorized === false;
}

/** Why a request would show the key to another host than that in its address; undefined if not. */
function detourOf(request: AnyRequest, own: string): string | undefined {
	if (request.proxy) {
		return "is not sent through a proxy of one request. Remove the option 'Proxy'; a proxy for all of n8n is set by its HTTPS_PROXY";
	}
	if (Object.keys(request.headers ?? {}).some((name) => name.toLowerCase() === 'host')) {
		return "is not sent with a header 'Host' that names another host. Remove the header";
	}
	if (own.startsWith('https:') && skipsCertificate(request)) {
		return "is not sent to a server whose certificate is not checked. Turn off 'Ignore SSL Issues', and give n8n the certificate with NODE_EXTRA_CA_CERTS";
	}
	return undefined;
}

/**
 * Signs a request with an API key: in `X-API-Key`, only for the host of the credential's own Base
 * URL, and not for where that host may redirect to.
 *
 * @throws UserError when the request goes to another host or takes a detour that shows it the key, or the Team ID cannot be sent
 */
export function signWithApiKey(
	credentials: ICredentialDataDecryptedObject,
	request: AnyRequest,
): IHttpRequestOptions {
	const own = new URL(platformAddress(text(credentials.baseUrl)).baseUrl).origin;
	const target = originOf(request);
	if (target !== own) {
		throw new UserError(
			`This AutoGPT credential is for ${own} and is not sent to ${target ?? 'an address without a host'}`,
		);
	}
	const detour = detourOf(request, own);
	if (detour) throw new UserError(`This AutoGPT credential ${detour}`);
	const signed: AnyRequest = {
		...request,
		...NO_REDIRECTS,
		headers: {
			...request.headers,
			'X-API-Key': readApiKey(credentials.apiKey),
			...credentialHeaders(credentials),
		},
	};
	return signed;
}
