import { isObject } from '../util/json';
import type { InputProperty, LibraryAgent } from '../contract/types';

/** What an input takes; `any` is JSON of every shape. */
export type InputKind =
	| 'any'
	| 'text'
	| 'integer'
	| 'number'
	| 'boolean'
	| 'choice'
	| 'date'
	| 'time'
	| 'file'
	| 'list'
	| 'object'
	| 'drive';

export type Choice = string | number | boolean;

/** One input of an agent. */
export interface AgentInput {
	name: string;
	title: string;
	help: string;
	kind: InputKind;
	/** Of a choice. */
	choices: Choice[];
	/** Of a table, which is a list of rows. */
	columns: string[];
	required: boolean;
	advanced: boolean;
	/** What the agent takes when the input is left out. */
	preset?: unknown;
}

interface Shape {
	type?: unknown;
	format?: unknown;
}

/** Type and format stand at the top or inside `anyOf`. */
function shapeOf({ type, format, anyOf }: InputProperty): Shape {
	const branches: Shape[] = Array.isArray(anyOf) ? anyOf.filter(isObject) : [];
	const branch = branches.find((one) => one.type !== undefined && one.type !== 'null');
	const own: unknown = Array.isArray(type) ? type.find((one) => one !== 'null') : type;
	return { type: own ?? branch?.type, format: format ?? branch?.format };
}

function isChoice(value: unknown): value is Choice {
	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

const KIND_OF_FORMAT: Record<string, InputKind> = {
	date: 'date',
	time: 'time',
	file: 'file',
	table: 'list',
	'google-drive-picker': 'drive',
};

const KIND_OF_TYPE: Record<string, InputKind> = {
	string: 'text',
	integer: 'integer',
	number: 'number',
	boolean: 'boolean',
	array: 'list',
	object: 'object',
};

function kindOf({ type, format }: Shape, choices: Choice[]): InputKind {
	const byFormat = typeof format === 'string' ? KIND_OF_FORMAT[format] : undefined;
	if (byFormat) return byFormat;
	if (choices.length > 0 && type !== 'boolean') return 'choice';
	return (typeof type === 'string' ? KIND_OF_TYPE[type] : undefined) ?? 'any';
}

function columnsOf({ items }: InputProperty): string[] {
	return isObject(items) && isObject(items.properties) ? Object.keys(items.properties) : [];
}

function toInput(name: string, property: InputProperty, required: string[]): AgentInput {
	const choices = Array.isArray(property.enum) ? property.enum.filter(isChoice) : [];
	const kind = kindOf(shapeOf(property), choices);
	const preset: unknown = property.default;
	return {
		name,
		title: property.title?.trim() || name,
		help: property.description?.trim() ?? '',
		kind,
		choices: kind === 'choice' ? choices : [],
		columns: columnsOf(property),
		// A toggle that is left out is off.
		required: required.includes(name) && kind !== 'boolean',
		advanced: property.advanced === true,
		...(preset === undefined || preset === null ? {} : { preset }),
	};
}

/**
 * The inputs of an agent that was read alone, required ones first (contract: behaviour.md
 * section 11).
 *
 * @returns undefined when its schema tells nothing, as in lists of agents
 */
export function inputsOf({
	input_schema: schema,
}: Pick<LibraryAgent, 'input_schema'>): AgentInput[] | undefined {
	if (!isObject(schema.properties)) return undefined;
	const required = Array.isArray(schema.required) ? schema.required : [];
	const inputs = Object.entries(schema.properties).map(([name, property]) =>
		toInput(name, property, required),
	);
	return [...inputs.filter((one) => one.required), ...inputs.filter((one) => !one.required)];
}

/** What an input takes, in words. */
export function wordsFor({ kind, choices, columns }: AgentInput): string {
	const words: Record<InputKind, string> = {
		any: 'any value',
		text: 'text',
		integer: 'a whole number',
		number: 'a number',
		boolean: 'true or false',
		choice: `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`,
		date: 'a date such as 2026-11-24',
		time: 'a time such as 09:30',
		file: 'a file: the name of a binary field, a workspace:// reference or an https:// address',
		list: columns.length > 0 ? `a list of rows with ${columns.join(', ')}` : 'a list',
		object: 'a JSON object',
		drive: "a file picked from Google Drive in AutoGPT's web app",
	};
	return words[kind];
}
