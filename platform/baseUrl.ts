import { UserError } from 'n8n-workflow';

/** Where an AutoGPT Platform is reached. */
export interface PlatformAddress {
	/** External API v2, without a trailing slash. */
	baseUrl: string;
	/** Web app, without a trailing slash; links for people start here. */
	webUrl: string;
}

export const CLOUD_BASE_URL = 'https://backend.agpt.co/external-api/v2';
const CLOUD_WEB_URL = 'https://platform.agpt.co';
const API_PATH = '/external-api/v2';
const SINGLE_CONTAINER_PREFIX = '/_agpt';
const COMPOSE_API_PORT = '8006';
const COMPOSE_WEB_PORT = '3000';

function parseUrl(text: string): URL {
	const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
	if (!URL.canParse(withScheme)) {
		throw new UserError(
			`The Base URL '${text}' is not a web address. For AutoGPT Cloud it is ${CLOUD_BASE_URL}`,
		);
	}
	const url = new URL(withScheme);
	if (url.protocol !== 'https:' && url.protocol !== 'http:') {
		throw new UserError(`The Base URL '${text}' must start with https:// or http://`);
	}
	return url;
}

/** What stands before `/external-api` in the path, for example `` or `/_agpt`. */
function pathPrefix(pathname: string): string {
	const at = pathname.indexOf('/external-api');
	return (at >= 0 ? pathname.slice(0, at) : pathname).replace(/\/+$/, '');
}

function webUrlOf(api: URL, prefix: string): string {
	if (api.origin === new URL(CLOUD_BASE_URL).origin) return CLOUD_WEB_URL;
	if (prefix.endsWith(SINGLE_CONTAINER_PREFIX)) {
		return api.origin + prefix.slice(0, -SINGLE_CONTAINER_PREFIX.length);
	}
	if (api.port === COMPOSE_API_PORT) {
		return `${api.protocol}//${api.hostname}:${COMPOSE_WEB_PORT}`;
	}
	return api.origin + prefix;
}

/**
 * Puts right what users paste as Base URL: a trailing slash, a missing `/external-api/v2`, the
 * retired `/external-api/v1`, a page below the API, the web app's address of AutoGPT Cloud.
 *
 * @param baseUrl what stands in the credential; blank means AutoGPT Cloud
 * @param webUrl the web app's address if the user gave one
 * @throws UserError when the text is no http(s) address (contract: behaviour.md section 2)
 */
export function platformAddress(baseUrl: string, webUrl = ''): PlatformAddress {
	const url = parseUrl(baseUrl.trim() || CLOUD_BASE_URL);
	if (url.origin === CLOUD_WEB_URL) url.href = CLOUD_BASE_URL;
	if (url.username || url.password) {
		throw new UserError('The Base URL must not hold a user name or password');
	}
	const prefix = pathPrefix(url.pathname);
	const web = webUrl.trim();
	return {
		baseUrl: url.origin + prefix + API_PATH,
		webUrl: web ? parseUrl(web).href.replace(/\/+$/, '') : webUrlOf(url, prefix),
	};
}
