import type { Endpoint } from '../contract/endpoints';

/** An HTTP answer as n8n hands it over; header names are lower-case. */
export interface HttpResponse {
	status: number;
	headers: Record<string, unknown>;
	body: unknown;
}

/** One entry of a 422's `details.errors`, without the rejected value: it may hold a secret. */
export interface ValidationIssue {
	type: string;
	loc: Array<string | number>;
	msg: string;
}

/** What a refusal says, whichever of the three known shapes it has. */
export interface Refusal {
	/** True for the envelope of v2; a proxy's page or an older server has none. */
	isEnvelope: boolean;
	code: string;
	message: string;
	issues: ValidationIssue[];
}

export type JsonObject = Record<string, unknown>;

/** Whether a value is a JSON object, neither a list nor null. */
export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function issuesOf(value: unknown): ValidationIssue[] {
	if (!Array.isArray(value)) return [];
	return value.filter(isObject).map((entry) => ({
		type: text(entry.type),
		loc: Array.isArray(entry.loc)
			? entry.loc.map((part) => (typeof part === 'number' ? part : String(part)))
			: [],
		msg: text(entry.msg),
	}));
}

/** Reads JSON text; undefined when it is none. */
export function parseJson(body: unknown): unknown {
	if (typeof body !== 'string') return body;
	try {
		return JSON.parse(body) as unknown;
	} catch {
		return undefined;
	}
}

/**
 * Reads a refusal: the envelope of v2, else `{"detail"}` or `{"message","detail","hint"}` of older
 * servers (contract: behaviour.md sections 1 and 5).
 */
export function readRefusal(body: unknown): Refusal {
	const json = parseJson(body);
	if (!isObject(json)) return { isEnvelope: false, code: '', message: '', issues: [] };
	if (isObject(json.error)) {
		const { code, message, details } = json.error;
		const issues = isObject(details) ? issuesOf(details.errors) : [];
		return { isEnvelope: true, code: text(code), message: text(message), issues };
	}
	const message = text(json.message) || text(json.detail) || text(json.hint);
	return { isEnvelope: false, code: '', message, issues: issuesOf(json.detail) };
}

/** A text that something else follows, with the stop at its end that it may lack. */
export function sentence(text: string): string {
	return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `name: what is wrong` for each issue of a 422, one a line. */
export function listIssues(issues: ValidationIssue[]): string {
	return issues
		.map(({ loc, msg }) => {
			const place = loc.filter((part) => part !== 'body').join('.');
			return place ? `${place}: ${msg}` : msg;
		})
		.join('; ');
}

function lacks(row: unknown, keys: readonly string[]): string | undefined {
	if (!isObject(row)) return 'a JSON object';
	return keys.find((key) => typeof row[key] !== 'string');
}

/**
 * What is missing from a good answer by the contract, in words; undefined when it is whole.
 *
 * @param body parsed JSON
 */
export function whatIsMissing(endpoint: Endpoint, body: unknown): string | undefined {
	if (endpoint.answer === 'none' || endpoint.answer === 'binary') return undefined;
	if (endpoint.answer === 'object') return lacks(body, endpoint.keys);
	if (!isObject(body) || !Array.isArray(body.items)) return "the list 'items'";
	for (const row of body.items) {
		const missing = lacks(row, endpoint.keys);
		if (missing) return missing;
	}
	return undefined;
}
