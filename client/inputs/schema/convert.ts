import { isObject, parseJson, type JsonObject } from '../../util/json';
import { readPastedJson } from '../../util/pastedJson';
import { issuesWith, meantBranch, shapesAt } from './check';
import { momentAsText, toDate, toMoment, toTime } from './formats';
import { isOfType, type Branch, type LazyShape, type Shape } from './shape';

/** Where values come from. */
export interface ValueSource {
	/** True for a form, in which all that is typed is text and an empty field is left out. */
	isForm: boolean;
	/** IANA zone in which a moment without one is meant. */
	timezone: string;
}

function fits(shape: Shape, value: unknown): boolean {
	return issuesWith(shape, value, []).length === 0;
}

function toNumber(value: unknown): unknown {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : undefined;
	return number !== undefined && Number.isFinite(number) ? number : value;
}

function toInteger(value: unknown): unknown {
	const number = toNumber(value);
	// A text of more digits than a number holds would arrive as another one.
	return typeof value === 'string' && !Number.isSafeInteger(number) ? value : number;
}

function toBoolean(value: unknown): unknown {
	const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
	return text === 'true' || text === 'false' ? text === 'true' : value;
}

function toText(value: unknown, format: string | undefined, source: ValueSource): unknown {
	const moment = momentAsText(value, source.timezone);
	if (format === 'date') return (moment && toDate(moment)) ?? value;
	if (format === 'time') return (moment && toTime(moment)) ?? value;
	if (format === 'date-time') {
		// In JSON a moment without a zone is sent as it is; the picker of a form means n8n's zone.
		const asIs = typeof value === 'string' && !source.isForm;
		return asIs ? value : ((moment && toMoment(moment, source.timezone)) ?? value);
	}
	if (value instanceof Date) return value.toISOString();
	if (typeof value === 'string') return value;
	// As AutoGPT stores what is no text where one belongs.
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The items that `$input.all()` returns, as the data that they hold. */
function unwrapItems(rows: unknown[], { items }: Branch): unknown[] {
	const branches = items?.().branches ?? [];
	const hasOwnJson = branches.some(({ properties }) => properties.has('json'));
	const isRow = branches.length > 0 && branches.every(({ type }) => type === 'object');
	const isItem = (row: unknown): row is { json: unknown } =>
		isObject(row) && isObject(row.json) && Object.keys(row).every((key) => ITEM_KEYS.includes(key));
	return isRow && !hasOwnJson && rows.every(isItem) ? rows.map(({ json }) => json) : rows;
}

const ITEM_KEYS: readonly string[] = ['json', 'binary', 'pairedItem', 'error', 'metadata', 'index'];

/** Whether a list takes nothing but files. */
export function isFileList({ type, items }: Branch): boolean {
	const branches = items?.().branches ?? [];
	const areFiles = branches.length > 0 && branches.every(({ format }) => format === 'file');
	return type === 'array' && areFiles;
}

/** What each item of a list may be, where all that a list may hold is named. */
function itemChoices({ type, items }: Branch): unknown[] | undefined {
	const branches = items?.().branches ?? [];
	const isNamed = branches.length > 0 && branches.every(({ choices }) => choices !== undefined);
	return type === 'array' && isNamed ? branches.flatMap(({ choices = [] }) => choices) : undefined;
}

/** Whether a form takes a list as text, with commas: files, or what is chosen from a few values. */
export function isCommaList(branch: Branch): boolean {
	return isFileList(branch) || itemChoices(branch) !== undefined;
}

/** A list of files as n8n's nodes name them: `data, data2`. An address may have commas of its own. */
function fileNames(text: string): string[] {
	const names = /^\s*[a-z]+:/i.test(text) ? [text] : text.split(',');
	return names.map((name) => name.trim()).filter(Boolean);
}

/** Choices as a form takes them: `news, pdf`. A choice may have commas of its own. */
function chosenNames(text: string, choices: readonly unknown[]): string[] {
	const known = new Set(choices.map((choice) => String(choice).trim()));
	const parts = text.split(',');
	const names: string[] = [];
	for (let from = 0; from < parts.length;) {
		let to = parts.length;
		while (to > from + 1 && !known.has(parts.slice(from, to).join(',').trim())) to -= 1;
		names.push(parts.slice(from, to).join(',').trim());
		from = to;
	}
	return names.filter(Boolean);
}

function listInText(text: string, branch: Branch, { isForm }: ValueSource): string[] | undefined {
	if (isFileList(branch)) return fileNames(text);
	const choices = isForm ? itemChoices(branch) : undefined;
	return choices && chosenNames(text, choices);
}

function toList(value: unknown, branch: Branch, source: ValueSource): unknown {
	const json = parseJson(value);
	const isText = typeof value === 'string' && !Array.isArray(json);
	const list = isText ? listInText(value, branch, source) : json;
	if (!Array.isArray(list)) return value;
	const { places, items } = branch;
	return unwrapItems(list, branch).map((one, index) => {
		const shape = places[index] ?? items;
		return shape ? toShape(shape(), one, { ...source, isForm: false }) : one;
	});
}

function toObject(value: unknown, branch: Branch, source: ValueSource): unknown {
	const object = parseJson(value);
	if (!isObject(object) || object instanceof Date) return value;
	const shapeAt = (key: string): LazyShape | undefined => (shapesAt(branch, key) || [])[0];
	const entries = Object.entries(object).map(([key, one]): [string, unknown] => {
		const shape = shapeAt(key);
		return [key, shape ? toShape(shape(), one, { ...source, isForm: false }) : one];
	});
	return Object.fromEntries(entries) satisfies JsonObject;
}

/** A choice that is written alike: `"2"` for 2. One that begins with `=` stands behind a space. */
function toChoice(value: unknown, choices: readonly unknown[]): unknown {
	if (typeof value === 'object') return value;
	const text = String(value);
	return choices.find((one) => String(one) === text || ` ${String(one)}` === text) ?? value;
}

function toBranch(branch: Branch, value: unknown, source: ValueSource): unknown {
	const { type, format, choices } = branch;
	if (format === 'file') return typeof value === 'string' ? value.trim() : parseJson(value);
	if (choices && type !== 'boolean') return toChoice(value, choices);
	switch (type) {
		case 'integer':
			return toInteger(value);
		case 'number':
			return toNumber(value);
		case 'boolean':
			return toBoolean(value);
		case 'string':
			return toText(value, format, source);
		case 'array':
			return toList(value, branch, source);
		case 'object':
			return toObject(value, branch, source);
		default:
			return value;
	}
}

/** Whether an object or a list may stand somewhere, such as a value. */
function takesWhole({ branches }: Shape, value: unknown): boolean {
	return branches.some(
		({ type, choices, format }) =>
			choices === undefined && format !== 'file' && type !== 'string' && isOfType(value, type),
	);
}

/** A form has text only: what is the text of an object or a list counts as that, where one may be. */
function jsonOfForm(shape: Shape, value: unknown, { isForm }: ValueSource): unknown {
	if (!isForm || typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
	const pasted = readPastedJson(value);
	return 'json' in pasted && takesWhole(shape, pasted.json) ? pasted.json : value;
}

/** How an object or a list begins, and hardly any other text. */
const BEGINS_LIKE_JSON = /^\s*(?:\{\s*"|\[\s*["{[])/;

/**
 * Why what was typed into a form as an object or a list is none; undefined where no such thing was
 * meant, or may be.
 */
export function brokenJson(
	shape: Shape,
	value: unknown,
	{ isForm }: ValueSource,
): string | undefined {
	if (!isForm || typeof value !== 'string' || !BEGINS_LIKE_JSON.test(value)) return undefined;
	if (!takesWhole(shape, {}) && !takesWhole(shape, [])) return undefined;
	const pasted = readPastedJson(value);
	return 'issue' in pasted ? pasted.issue : undefined;
}

/** Objects and lists become text only where nothing but text may be: they are likelier mistaken. */
function mayConvert({ type }: Branch, value: unknown, shape: Shape): boolean {
	const isWhole = typeof value === 'object' && value !== null && !(value instanceof Date);
	return type !== 'string' || !isWhole || shape.branches.length === 1;
}

/**
 * A value as AutoGPT takes it (contract: behaviour.md section 11). One that fits stays as it is;
 * another is written in the type that is asked for, if it can be. Whether it fits then, has still
 * to be checked.
 */
export function toShape(shape: Shape, given: unknown, source: ValueSource): unknown {
	if (given === undefined || given === null) return given;
	const value = jsonOfForm(shape, given, source);
	const [only] = shape.branches;
	if (shape.branches.length === 1 && only) return toBranch(only, value, source);
	const fitting = fits(shape, value) ? meantBranch(shape, value) : undefined;
	if (fitting) return toBranch(fitting, value, source);
	if (fits(shape, value) && !(value instanceof Date)) return value;
	const ways = shape.branches
		.filter((branch) => mayConvert(branch, value, shape))
		.map((branch) => ({ branch, converted: toBranch(branch, value, source) }));
	const good = ways.find(({ converted }) => fits(shape, converted) && isPlain(converted));
	const meant = meantBranch(shape, value);
	if (good) return good.converted;
	return meant ? toBranch(meant, value, source) : value;
}

/** Whether JSON can hold a value. */
function isPlain(value: unknown): boolean {
	return !(value instanceof Date);
}
