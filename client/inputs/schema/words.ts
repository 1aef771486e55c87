import { FORMATS } from './formats';
import type { BasicType, Branch, Shape } from './shape';

const MOST_CHOICES = 20;
const MOST_KEYS = 12;
const MOST_WAYS = 6;
const DEEPEST = 2;
const LONGEST_VALUE = 40;

const TYPE_WORDS: Record<BasicType, string> = {
	string: 'text',
	integer: 'a whole number',
	number: 'a number',
	boolean: 'true or false',
	array: 'a list',
	object: 'a JSON object',
};

const FORMAT_WORDS: Readonly<Record<string, string>> = {
	file: 'a file: the name of a binary field, a workspace:// reference or an https:// address',
	'google-drive-picker': "a file picked from Google Drive in AutoGPT's web app",
};

function quoted(value: unknown): string {
	return typeof value === 'object' ? JSON.stringify(value) : `'${String(value)}'`;
}

/** The values of a list to choose from, as far as it can be read. */
export function choiceWords(choices: readonly unknown[]): string {
	const shown = choices.slice(0, MOST_CHOICES).map(quoted).join(', ');
	const more = choices.length > MOST_CHOICES ? ' and more' : '';
	return choices.length === 1 ? shown : `one of ${shown}${more}`;
}

function keyWords({ properties, required }: Branch, depth: number): string {
	const keys = [...properties].slice(0, MOST_KEYS).map(([name, shape]) => {
		const { branches } = shape();
		const [only] = branches;
		// What sets one kind of object apart from another.
		if (branches.length === 1 && only?.choices?.length === 1) {
			return `${name} ${quoted(only.choices[0])}`;
		}
		const words = depth < DEEPEST && !required.includes(name) ? ' (optional)' : '';
		return `${name}${words}`;
	});
	return keys.join(', ') + (properties.size > MOST_KEYS ? ' and more' : '');
}

/** Columns of a table, or of any list of objects. */
export function columnsOf({ branches }: Shape): string[] {
	const rows = branches.flatMap(({ items }) => items?.().branches ?? []);
	return [...new Set(rows.flatMap(({ properties }) => [...properties.keys()]))];
}

/** Keys that an object must have; of several kinds of objects, the one that tells them apart. */
export function neededKeys({ branches, tag }: Shape): string[] {
	if (tag !== undefined) return [tag];
	const [only, ...others] = branches;
	return only && others.length === 0 ? only.required : [];
}

/** What the key that tells kinds of objects apart may be. */
export function tagValues({ branches, tag }: Shape): string[] {
	if (tag === undefined) return [];
	const kinds = branches.flatMap(({ properties }) => properties.get(tag)?.().branches ?? []);
	return [...new Set(kinds.flatMap(({ choices = [] }) => choices.map(String)))];
}

function listWords(branch: Branch, depth: number): string {
	const columns = columnsOf({ branches: [branch], takesNull: false });
	if (columns.length > 0) return `a list of rows with ${columns.join(', ')}`;
	const item = branch.items?.();
	const [first] = item?.branches ?? [];
	if (!item || depth >= DEEPEST || isAny(first)) return TYPE_WORDS.array;
	return `a list, each ${wordsOfShape(item, depth + 1)}`;
}

function isAny(branch: Branch | undefined): boolean {
	return !branch || (branch.type === undefined && branch.choices === undefined);
}

function wordsOfBranch(branch: Branch, depth: number): string {
	const { type, format = '', choices } = branch;
	const byFormat = FORMAT_WORDS[format] ?? (type === 'string' ? FORMATS[format]?.words : undefined);
	if (byFormat) return byFormat;
	if (choices && type !== 'boolean') return choiceWords(choices);
	if (type === 'array') return listWords(branch, depth);
	if (type === 'object' && branch.properties.size > 0 && depth < DEEPEST) {
		return `${TYPE_WORDS.object} with ${keyWords(branch, depth)}`;
	}
	return type ? TYPE_WORDS[type] : 'any value';
}

/** What a place in the inputs takes, in words. */
export function wordsOfShape({ branches }: Shape, depth = 0): string {
	const words = [...new Set(branches.map((branch) => wordsOfBranch(branch, depth)))];
	const shown = words.slice(0, MOST_WAYS);
	if (words.length > MOST_WAYS) shown.push('another');
	return shown.join(' or ');
}

/** A value as a message shows it: short ones whole, others by what they are. */
export function wordsOfValue(value: unknown): string {
	if (value === null || value === undefined) return 'nothing';
	if (Array.isArray(value)) return value.length === 1 ? 'a list of 1' : `a list of ${value.length}`;
	if (typeof value === 'object') return 'an object';
	const text = String(value);
	if (typeof value !== 'string') return text;
	return text.length > LONGEST_VALUE ? `a text of ${text.length} characters` : JSON.stringify(text);
}
