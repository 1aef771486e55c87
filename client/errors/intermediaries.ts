import { BASE_URLS } from '../connection/baseUrl';
import type { HttpResponse } from '../contract/response';
import { isObject, parseJson } from '../util/json';
import type { CallFacts, Explanation } from './callFacts';
import { CONFIGURATION, PASSES, type Failure } from './platformError';
import { sentences, statusWords } from './words';

/** Statuses that prove nothing about whether the request was passed on before. */
const UNCLEAR: readonly number[] = [408, 409, 499];

/**
 * Whether AutoGPT itself wrote a refusal: the envelope of v2, or `detail` of older servers. What a
 * proxy, firewall or login page says about an agent or a key means nothing
 * (contract: behaviour.md sections 1 and 5).
 */
export function isFromAutoGpt({ body }: Pick<HttpResponse, 'body'>): boolean {
	const json = parseJson(body);
	// Python's web servers say so when AutoGPT itself fails on its way to an answer.
	if (!isObject(json)) return body === 'Internal Server Error';
	return isObject(json.error) ? typeof json.error.code === 'string' : json.detail !== undefined;
}

/** Where to look, by what such a status usually means. */
function advice({ status }: HttpResponse, { connection, endpoint }: CallFacts): string {
	const header = connection.credentialType === 'autoGptApi' ? "'X-API-Key'" : "'Authorization'";
	switch (status) {
		case 401:
		case 403:
			return `Ask whoever runs them to let n8n's requests through to AutoGPT, with the header ${header}.`;
		case 407:
			return "The proxy asks for a user name and password: put them into n8n's HTTPS_PROXY or HTTP_PROXY.";
		case 413:
			return 'One of them takes no request as large as this: ask for a higher limit (nginx: client_max_body_size), or use a smaller file.';
		case 429:
			return 'One of them has a rate limit of its own, other than that of AutoGPT: run fewer things at the same time, or ask for a higher limit.';
		default:
			break;
	}
	if (status < 500 && !UNCLEAR.includes(status)) {
		return `Ask whoever runs them to let ${endpoint.method} requests through to AutoGPT.`;
	}
	return endpoint.method === 'GET'
		? 'Try again later; check that AutoGPT runs.'
		: 'AutoGPT may have carried out the request: look in AutoGPT before you retry.';
}

/** Whether the request may have reached AutoGPT although something else answered. */
export function mayHaveArrived(status: number): boolean {
	return status >= 500 || UNCLEAR.includes(status);
}

/** What n8n is to think of it: whether trying again may help. */
function failureOf({ endpoint, retryAfterMs }: CallFacts, status: number): Failure | undefined {
	if (status === 429) {
		return { cause: 'rate-limited', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
	}
	if (status < 500) return CONFIGURATION;
	return endpoint.method === 'GET' ? PASSES : undefined;
}

/** Puts a refusal into words that AutoGPT did not write. */
export function explainIntermediary(facts: CallFacts, response: HttpResponse): Explanation {
	const { connection } = facts;
	const { status } = response;
	return {
		message: `Something between n8n and AutoGPT ${
			status >= 500 ? 'answered instead of AutoGPT' : 'refused the request'
		} (${statusWords(response)})`,
		description: sentences(
			`Look at the proxies, firewalls and login pages between n8n and ${connection.baseUrl}.`,
			advice(response, facts),
			status >= 500 || status === 429
				? ''
				: `If the address is wrong, correct the 'Base URL' of the credential. ${BASE_URLS}`,
		),
		failure: failureOf(facts, status),
	};
}
