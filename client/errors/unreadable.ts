import { BASE_URLS } from '../connection/baseUrl';
import type { HttpResponse } from '../contract/response';
import { isObject, parseJson } from '../util/json';
import { PASSES, type PlatformFault } from './platformError';
import type { CallFacts, Explanation } from './callFacts';
import { statusWords } from './words';

/**
 * Whether this is what AutoGPT answers on a path that it does not know, before it looks at the key
 * or does anything. Whatever else is a 404 is about an object, or of a proxy (contract: v1.md
 * section 9).
 */
export function isUnknownPath({ status, body }: Pick<HttpResponse, 'status' | 'body'>): boolean {
	const json = status === 404 ? parseJson(body) : undefined;
	return isObject(json) && Object.keys(json).length === 1 && json.detail === 'Not Found';
}

/**
 * What to say of a 404 that names no object: it is about the path, and nothing was done. An object
 * that AutoGPT does not find it names.
 */
export function unknownOperation({ endpoint, path }: CallFacts): Explanation {
	const place = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => path[name] ?? '');
	const other = Object.keys(path).length > 0 ? 'the ID is wrong' : 'the Base URL is wrong';
	return {
		message: `AutoGPT found nothing at ${endpoint.method} ${place}`,
		description: `It did not say what is missing: this AutoGPT server does not offer this operation, or ${other}. Check it, and update AutoGPT. Nothing was changed.`,
		failure: { cause: 'configuration-invalid' },
	};
}

/** A response of something else, as far as a message shows it. */
type Shown = Pick<HttpResponse, 'status' | 'headers'>;

/** What to say when something other than the API answers at the Base URL. */
export function wrongAddress(
	{ connection }: CallFacts,
	what: string,
	response: Shown,
): Explanation {
	return {
		message: `${what} at ${connection.baseUrl}, so this is not the address of the AutoGPT API (${statusWords(response)})`,
		description: `Check the Base URL in the credential. ${BASE_URLS} The address of the web app does not work. If the Base URL is right, something between n8n and AutoGPT answers in its place, such as a proxy, a firewall or a login page: ask whoever runs it to let n8n's requests through.`,
		failure: { cause: 'configuration-invalid' },
	};
}

/** What to say when a good answer came, but not all of it. */
export function brokenOff({ endpoint, connection }: CallFacts): Explanation {
	const isRead = endpoint.method === 'GET';
	return {
		message: `The response of AutoGPT at ${connection.baseUrl} broke off before its end`,
		description: [
			isRead
				? 'It was only read, so nothing has changed: execute the node again.'
				: 'AutoGPT took the request, so it was probably carried out: look in AutoGPT before you retry.',
			'If it happens again, look at the proxies between n8n and AutoGPT: one may limit how long a response is or how long it takes.',
		].join(' '),
		// n8n repeats what passes by itself; a write was probably carried out.
		...(isRead ? { failure: PASSES } : {}),
	};
}

/** Whether this is the beginning of JSON; it is asked only of what is not whole JSON. */
function beginsAsJson(body: unknown): boolean {
	return typeof body === 'string' && /^\s*[[{]/.test(body);
}

/** What came in place of JSON, as the beginning of a sentence. */
function whatCame(body: unknown): string {
	const isEmpty = typeof body !== 'string' || body.trim() === '';
	return isEmpty ? 'An empty response came back' : 'A page that is not JSON came back';
}

/** Puts a 2xx into words that is not what the contract promises. */
export function explainUnreadable(
	facts: CallFacts,
	response: HttpResponse,
	missing?: string,
): PlatformFault {
	const { status, body } = response;
	if (missing) {
		return {
			message: `AutoGPT's response lacks ${missing}`,
			description:
				'The server may be too old for this node: update AutoGPT. Or something between n8n and AutoGPT answers in its place: look at the proxies there.',
			status,
			outcome: 'unknown',
		};
	}
	const explanation = beginsAsJson(body)
		? brokenOff(facts)
		: wrongAddress(facts, whatCame(body), response);
	return { ...explanation, status, outcome: 'unknown' };
}
