import { tryToParseDateTime } from 'n8n-workflow';

import { isObject, parseJson } from '../util/json';
import type { AgentInput } from './inputs';

/** Where values come from. */
export interface ValueSource {
	/** True for a form, in which all that is typed is text and an empty field is left out. */
	isForm: boolean;
	/** IANA zone in which a moment without one is meant. */
	timezone: string;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:$|[T ]\d)/;
const TIME =
	/^(?:\d{4}-\d{2}-\d{2}[T ])?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?(?:Z|[+-]\d{2}(?::?\d{2})?))?$/i;

/** The day as it is written, whatever the zone: `2026-11-24T00:00:00.000Z` means the 24th. */
function toDate(text: string): string | undefined {
	const [, year, month, day] = DATE.exec(text) ?? [];
	if (!year || !month || !day) return undefined;
	const written = `${year}-${month}-${day}`;
	const time = new Date(`${written}T00:00:00Z`);
	const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(written);
	return exists ? written : undefined;
}

/** The time of day as it is written, whatever the zone. */
function toTime(text: string): string | undefined {
	const [, hour, minute, second = '00'] = TIME.exec(text) ?? [];
	if (!hour || !minute) return undefined;
	if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
	return `${hour.padStart(2, '0')}:${minute}:${second}`;
}

function momentAsText(value: unknown, timezone: string): string {
	if (value instanceof Date && !Number.isNaN(value.getTime())) {
		return tryToParseDateTime(value, timezone).toISO() ?? '';
	}
	return typeof value === 'string' ? value.trim() : '';
}

function toNumber(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
	return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

function toText(value: unknown): string | undefined {
	if (value instanceof Date) return value.toISOString();
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	return typeof value === 'string' ? value : undefined;
}

/** A form has text only: what is the text of an object or a list counts as that. */
function toAny(value: unknown, isForm: boolean): unknown {
	if (!isForm || typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
	const json = parseJson(value);
	return json === undefined ? value : json;
}

function toList(value: unknown, isTable: boolean): unknown {
	const list = parseJson(value);
	if (!Array.isArray(list)) return undefined;
	return isTable && !list.every(isObject) ? undefined : list;
}

function toObject(value: unknown): unknown {
	const object = parseJson(value);
	return isObject(object) ? object : undefined;
}

/** Whether a value leaves its input out. An empty text is a value of its own in JSON. */
export function isLeftOut(input: AgentInput, value: unknown, { isForm }: ValueSource): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value !== 'string' || value.trim() !== '') return false;
	const takesEmpty = ['any', 'text'].includes(input.kind) || input.choices.includes(value);
	return isForm || !takesEmpty;
}

/**
 * A value as the API takes it (contract: behaviour.md section 11). Files are left as they are.
 *
 * @returns undefined when the value does not fit the input
 */
export function toInputValue(
	{ kind, choices, columns }: AgentInput,
	value: unknown,
	{ isForm, timezone }: ValueSource,
): unknown {
	const number = toNumber(value);
	switch (kind) {
		case 'any':
			return toAny(value, isForm);
		case 'text':
			return toText(value);
		case 'integer':
			return Number.isSafeInteger(number) ? number : undefined;
		case 'number':
			return number;
		case 'boolean':
			return toBoolean(value);
		case 'choice':
			return choices.find((choice) => choice === value || String(choice) === String(value));
		case 'date':
			return toDate(momentAsText(value, timezone));
		case 'time':
			return toTime(momentAsText(value, timezone));
		case 'file':
			return typeof value === 'string' ? value.trim() : toObject(value);
		case 'list':
			return toList(value, columns.length > 0);
		case 'object':
		case 'drive':
			return toObject(value);
	}
}
