import { UserError } from 'n8n-workflow';
import { readUrl } from '../util/url';

/** Where an AutoGPT Platform is reached. */
export interface PlatformAddress {
	/** External API v2, without a trailing slash. */
	baseUrl: string;
	/** Web app, without a trailing slash; links for people start here. */
	webUrl: string;
}

export const CLOUD_BASE_URL = 'https://backend.agpt.co/external-api/v2';
/** Where the API is on a server of one's own, as far as that is the same everywhere. */
const COMPOSE_BASE_URL = 'http://HOST:8006/external-api/v2';
const SINGLE_CONTAINER_BASE_URL = 'http://HOST:3000/_agpt/external-api/v2';
/** What the Base URL is on servers of one's own, for hints and messages. */
export const SELF_HOSTED_BASE_URLS = `Docker Compose: ${COMPOSE_BASE_URL}. Single container: ${SINGLE_CONTAINER_BASE_URL}.`;
/** What the Base URL is, wherever AutoGPT runs. */
export const BASE_URLS = `AutoGPT Cloud: ${CLOUD_BASE_URL}. ${SELF_HOSTED_BASE_URLS}`;
const CLOUD_WEB_URL = 'https://platform.agpt.co';
/** Where the API of AutoGPT Cloud is, and where people take it to be. */
export const CLOUD_HOST = new URL(CLOUD_BASE_URL).hostname;
export const CLOUD_WEB_HOST = new URL(CLOUD_WEB_URL).hostname;
const API_PATH = '/external-api/v2';
const SINGLE_CONTAINER_PREFIX = '/_agpt';
const COMPOSE_API_PORT = '8006';
const COMPOSE_WEB_PORT = '3000';

type UrlField = 'Base URL' | 'Web App URL';

const cloudUrls: Record<UrlField, string> = {
	'Base URL': CLOUD_BASE_URL,
	'Web App URL': CLOUD_WEB_URL,
};

/** A scheme as people mistype it: with one slash or three, without the colon. */
const LOOSE_SCHEME = /^(https?)(?::\/*|\/{2,})(?=[^/])/i;
/** Hosts that mean the machine, or the container, in which n8n itself runs. */
const OWN_HOST = /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/i;

/** Whether a host is n8n's own machine or container. */
export function isOwnHost(hostname: string): boolean {
	return OWN_HOST.test(hostname);
}

/** Whether an address begins with `https://` or the like. */
function hasScheme(text: string): boolean {
	return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || LOOSE_SCHEME.test(text);
}

/** Nobody has a certificate for the own machine; every other host is taken for one with TLS. */
function withScheme(text: string): string {
	if (hasScheme(text)) return text.replace(LOOSE_SCHEME, '$1://');
	const isOwn = isOwnHost(readUrl(`http://${text}`)?.hostname ?? '');
	return `${isOwn ? 'http' : 'https'}://${text}`;
}

function parseUrl(field: UrlField, text: string): URL {
	const address = withScheme(text);
	const url = readUrl(address);
	if (/^[^/]*\/\/[^/?#]*@/.test(address)) {
		throw new UserError(`The ${field} must not hold a user name or password`);
	}
	// A scheme that stands twice leaves one of them as the host.
	if (!url || /^https?$/.test(url.hostname)) {
		throw new UserError(
			`The ${field} '${text}' is not a web address. For AutoGPT Cloud it is ${cloudUrls[field]}`,
		);
	}
	if (url.protocol !== 'https:' && url.protocol !== 'http:') {
		throw new UserError(`The ${field} '${text}' must start with https:// or http://`);
	}
	return url;
}

/** AutoGPT Cloud, over http as well: the key must not go there in clear text. */
function isCloud({ hostname, port }: URL): boolean {
	return port === '' && (hostname === CLOUD_HOST || hostname === CLOUD_WEB_HOST);
}

/**
 * Whether a Base URL leaves open how to speak to a server of one's own. It is taken for `https://`
 * unless it is n8n's own machine; one that serves `http://` only does not answer then.
 */
export function lacksScheme(baseUrl: string): boolean {
	const text = baseUrl.trim();
	return text !== '' && !hasScheme(text) && !isCloud(parseUrl('Base URL', text));
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
 * retired `/external-api/v1`, a page below the API, the web app's address of AutoGPT Cloud, and http
 * for AutoGPT Cloud.
 *
 * @param baseUrl what stands in the credential; blank means AutoGPT Cloud
 * @param webUrl the web app's address if the user gave one
 * @throws UserError when the text is no http(s) address (contract: behaviour.md section 2)
 */
export function platformAddress(baseUrl: string, webUrl = ''): PlatformAddress {
	const url = parseUrl('Base URL', baseUrl.trim() || CLOUD_BASE_URL);
	if (isCloud(url)) url.href = CLOUD_BASE_URL;
	const prefix = pathPrefix(url.pathname);
	const web = webUrl.trim();
	return {
		baseUrl: url.origin + prefix + API_PATH,
		webUrl: web ? parseUrl('Web App URL', web).href.replace(/\/+$/, '') : webUrlOf(url, prefix),
	};
}

/** What stands above both APIs of a server, for example `https://backend.agpt.co/external-api`. */
export function apiRoot({ baseUrl }: Pick<PlatformAddress, 'baseUrl'>): string {
	return baseUrl.replace(/\/v[12]$/, '');
}

/** Where a server has the older API v1, when its Base URL is that of API v2. */
export function v1BaseUrl(address: Pick<PlatformAddress, 'baseUrl'>): string {
	return `${apiRoot(address)}/v1`;
}
