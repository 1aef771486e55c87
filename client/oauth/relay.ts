import { isObject, parseJson, type JsonObject } from '../util/json';
import type { HttpResponse } from '../contract/response';
import { readBasicClient } from './basic';

/** What the relay answers to n8n, as OAuth2 has it. */
export interface RelayAnswer {
	status: number;
	body: JsonObject;
}

const LONGEST_VALUE = 4096;
const LONGEST_REASON = 200;
const CLIENT = ['client_id', 'client_secret'];

/** The fields that AutoGPT reads (contract: behaviour.md section 4). */
function fieldsOf(grantType: unknown): string[] | undefined {
	switch (grantType) {
		case 'authorization_code':
			return ['code', 'redirect_uri', 'code_verifier', ...CLIENT];
		case 'refresh_token':
			return ['refresh_token', ...CLIENT];
		default:
			return undefined;
	}
}

function refuse(status: number, error: string, error_description: string): RelayAnswer {
	return { status, body: { error, error_description } };
}

/** For what is no token request; it goes nowhere. */
export const NOT_A_TOKEN_REQUEST = refuse(
	400,
	'invalid_request',
	'Only token requests are answered here',
);

/** For a relay that does not know yet whose requests it passes on. */
export const CLIENT_ID_MISSING = refuse(
	400,
	'unauthorized_client',
	"The field 'Client ID' of the node AutoGPT OAuth Relay is empty: put in the Client ID of the credential",
);

/** For the request of another app than those of the relay; it goes nowhere. */
export const OTHER_CLIENT = refuse(
	400,
	'unauthorized_client',
	"The Client ID of the credential is not the one in the field 'Client ID' of the node AutoGPT OAuth Relay",
);

/** The client IDs in a field that may hold several, with commas between them. */
export function readClientIds(field: unknown): string[] {
	return String(field ?? '')
		.split(/[\s,]+/)
		.filter((id) => id !== '');
}

/** The form with the client that is in the header; undefined where the two disagree. */
function withClientOf(form: JsonObject, authorization: unknown): JsonObject | undefined {
	const client = readBasicClient(authorization);
	if (!client) return form;
	const agrees = (name: string) => ['', undefined, client[name]].includes(form[name]);
	return CLIENT.every(agrees) ? { ...form, ...client } : undefined;
}

/**
 * Reads the form that n8n's OAuth2 sends.
 *
 * @param authorization the header of this name, in which n8n 1.123 sends the client with a code
 * @returns the JSON that AutoGPT reads, with nothing else of the form; undefined for what is no
 * complete token request, and for one that names two clients
 */
export function readTokenRequest(
	contentType: unknown,
	form: unknown,
	authorization?: unknown,
): JsonObject | undefined {
	const isForm = /^application\/x-www-form-urlencoded\b/i.test(String(contentType));
	if (!isForm || !isObject(form)) return undefined;
	const { grant_type } = form;
	const fields = fieldsOf(grant_type);
	const values = withClientOf(form, authorization);
	if (!fields || !values) return undefined;
	const isFilled = (name: string) => {
		const value = values[name];
		return typeof value === 'string' && value !== '' && value.length <= LONGEST_VALUE;
	};
	if (!fields.every(isFilled)) return undefined;
	return { grant_type, ...Object.fromEntries(fields.map((name) => [name, values[name]])) };
}

function tokensOf(answer: JsonObject, headers: HttpResponse['headers']): JsonObject {
	const { access_token, refresh_token, scopes } = answer;
	const { access_token_expires_at, refresh_token_expires_at } = answer;
	const now = Date.parse(String(headers.date)) || Date.now();
	const left = Math.floor((Date.parse(String(access_token_expires_at)) - now) / 1000);
	return {
		access_token,
		token_type: 'Bearer',
		refresh_token,
		...(Number.isFinite(left) ? { expires_in: Math.max(1, left) } : {}),
		...(Array.isArray(scopes) ? { scope: scopes.join(' ') } : {}),
		access_token_expires_at,
		refresh_token_expires_at,
	};
}

/**
 * Puts AutoGPT's answer into the form that OAuth2 has for it. What cannot be had is answered with
 * status 400, never 5xx: n8n may write what it sent into its log after a 5xx.
 *
 * @param response AutoGPT's answer with its body as text; undefined when none came
 */
export function standardAnswer(response?: HttpResponse): RelayAnswer {
	const { status = 0, headers = {}, body } = response ?? {};
	const parsed = parseJson(body);
	const answer = isObject(parsed) ? parsed : {};
	const said = typeof answer.detail === 'string' ? answer.detail.slice(0, LONGEST_REASON) : '';
	if (status === 200 && typeof answer.access_token === 'string') {
		return { status, body: tokensOf(answer, headers) };
	}
	// AutoGPT's own words only: what a proxy says with these statuses must not end the connection.
	if (status === 400 && said.startsWith('Invalid grant')) return refuse(400, 'invalid_grant', said);
	if (status === 401 && said !== '') return refuse(401, 'invalid_client', said);
	if (status === 422) {
		return refuse(400, 'invalid_request', 'AutoGPT could not read the token request');
	}
	return refuse(
		400,
		'temporarily_unavailable',
		status === 429 || status >= 500
			? 'AutoGPT is busy or down: try again in some minutes'
			: "No token endpoint of AutoGPT answered at the 'Token URL' of the node AutoGPT OAuth Relay",
	);
}
