import { isObject, parseJson } from '../util/json';

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

/** A refusal may quote what it was sent: a message of n8n has room for so many characters of it. */
const LONGEST_TEXT = 500;
const MOST_ISSUES = 10;

function text(value: unknown): string {
	if (typeof value !== 'string') return '';
	if (value.length <= LONGEST_TEXT) return value;
	// Not through the middle of a character.
	return `${value.slice(0, LONGEST_TEXT).replace(/\p{Cs}$/u, '')}…`;
}

/** One part of the place that an issue is about. */
function isPlace(part: unknown): part is string | number {
	return typeof part === 'string' || typeof part === 'number';
}

function issuesOf(value: unknown): ValidationIssue[] {
	if (!Array.isArray(value)) return [];
	return value
		.filter(isObject)
		.slice(0, MOST_ISSUES)
		.map(({ type, loc, msg }) => ({
			type: text(type),
			loc: (Array.isArray(loc) ? loc : [])
				.filter(isPlace)
				.map((part) => (typeof part === 'string' ? text(part) : part)),
			msg: text(msg),
		}));
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
