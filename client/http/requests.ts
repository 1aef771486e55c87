import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import type { CallSettings } from '../contract/calls';
import type { Connection } from '../connection/connection';
import type { Endpoint } from '../contract/endpoints';
import type { PlatformFault } from '../errors/platformError';

const DEFAULT_TIMEOUT_MS = 60_000;
/** For short reads without the credential, which mostly explain why something failed. */
export const KEYLESS_TIMEOUT_MS = 10_000;

/** Redirects and refusals are answers, and are read as such. */
const PLAIN_ANSWERS = {
	encoding: 'text',
	returnFullResponse: true,
	disableFollowRedirect: true,
	ignoreHttpStatusErrors: true,
	timeout: DEFAULT_TIMEOUT_MS,
} as const;

/** Whether a value can stand in a path, and leads nowhere else there. */
function fitsPath(value: string | undefined): boolean {
	return Boolean(value) && value !== '.' && value !== '..' && !/\p{Cs}/u.test(value ?? '');
}

/** What to say of a value that would lead to another endpoint; undefined when the path can be used. */
export function explainPath(
	{ path: template }: Endpoint,
	values: Record<string, string>,
): PlatformFault | undefined {
	const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
	const unfit = names.find((name) => !fitsPath(values[name]));
	if (unfit === undefined) return undefined;
	return {
		message: `'${values[unfit] ?? ''}' cannot be an ID (${unfit})`,
		description: 'Check the ID, or the expression that returns it. Nothing was sent.',
		outcome: 'refused',
		failure: { cause: 'configuration-invalid' },
	};
}

/** What every request to an endpoint has in common. The credential is added when it is sent. */
export function baseRequest(
	{ baseUrl, headers }: Connection,
	endpoint: Endpoint,
	path: Record<string, string>,
): IHttpRequestOptions {
	const filled = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) =>
		encodeURIComponent(path[name] ?? ''),
	);
	return {
		...PLAIN_ANSWERS,
		method: endpoint.method,
		url: baseUrl + filled,
		headers: { ...headers },
		arrayFormat: 'repeat',
		sendCredentialsOnCrossOriginRedirect: false,
	};
}

/** A request whose body, if any, is JSON. */
export function jsonRequest(
	base: IHttpRequestOptions,
	{ query, body }: { query?: unknown; body?: unknown },
	{ idempotencyKey, timeoutMs }: CallSettings,
): IHttpRequestOptions {
	const headers: IDataObject = { ...base.headers, Accept: 'application/json' };
	if (body !== undefined) headers['Content-Type'] = 'application/json';
	if (idempotencyKey) headers['Idempotency-Key'] = idempotencyKey;
	return {
		...base,
		headers,
		...(query ? { qs: { ...query } as IDataObject } : {}),
		// n8n leaves out an empty object, which a run start without inputs must send.
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
		...(timeoutMs ? { timeout: timeoutMs } : {}),
	};
}

/** The request for the server's own description of its API, which takes no credential. */
export function descriptionRequest(
	{ baseUrl }: Connection,
	timeout = DEFAULT_TIMEOUT_MS,
): IHttpRequestOptions {
	return { ...PLAIN_ANSWERS, method: 'GET', url: `${baseUrl}/openapi.json`, timeout };
}

/** A short read without the credential, of what a server says of itself; follows no redirect. */
export function keylessRead(url: string): IHttpRequestOptions {
	return { ...PLAIN_ANSWERS, method: 'GET', url, timeout: KEYLESS_TIMEOUT_MS };
}

/** The request for a file on another host, which gets no credential and may redirect further. */
export function streamRequest(url: string, timeout: number): IHttpRequestOptions {
	return {
		method: 'GET',
		url,
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout,
	};
}
