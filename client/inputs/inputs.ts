import { isObject } from '../util/json';
import type { InputProperty, LibraryAgent } from '../contract/types';
import { ShapeReader, type Branch, type Shape } from './schema/shape';
import { columnsOf, wordsOfShape } from './schema/words';

/** What an input takes as a whole; `any` is JSON of every shape, or of several. */
export type InputKind =
	| 'any'
	| 'text'
	| 'integer'
	| 'number'
	| 'boolean'
	| 'choice'
	| 'date'
	| 'time'
	| 'moment'
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
	/** All that its schema says. */
	shape: Shape;
	/** Of a choice. */
	choices: Choice[];
	/** Of a table, which is a list of rows. */
	columns: string[];
	required: boolean;
	advanced: boolean;
	/** What the agent takes when the input is left out. */
	defaultValue?: unknown;
}

function isChoice(value: unknown): value is Choice {
	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

const KIND_OF_FORMAT: Readonly<Record<string, InputKind>> = {
	file: 'file',
	table: 'list',
	'google-drive-picker': 'drive',
};

const KIND_OF_TEXT: Readonly<Record<string, InputKind>> = {
	date: 'date',
	time: 'time',
	'date-time': 'moment',
};

const KIND_OF_TYPE: Record<NonNullable<Branch['type']>, InputKind> = {
	string: 'text',
	integer: 'integer',
	number: 'number',
	boolean: 'boolean',
	array: 'list',
	object: 'object',
};

function kindOfBranch({ type, format = '', choices }: Branch): InputKind {
	const byFormat = KIND_OF_FORMAT[format];
	if (byFormat) return byFormat;
	if (choices && type !== 'boolean') return choices.every(isChoice) ? 'choice' : 'any';
	const byText = type === 'string' || type === undefined ? KIND_OF_TEXT[format] : undefined;
	return byText ?? (type ? KIND_OF_TYPE[type] : 'any');
}

/** A kind that every branch has; of several kinds of text it is text. */
function kindOf({ branches }: Shape): InputKind {
	const kinds = new Set(branches.map(kindOfBranch));
	const [first = 'any'] = kinds;
	if (kinds.size === 1) return first;
	const types = new Set(branches.map(({ type }) => type));
	if (types.size === 1 && types.has('string') && !kinds.has('file')) return 'text';
	const isNumber = [...kinds].every((kind) => kind === 'integer' || kind === 'number');
	return isNumber ? 'number' : 'any';
}

/** Titles and descriptions are not checked by the server, and may be anything. */
function lineOf(value: unknown): string {
	if (typeof value !== 'string' && typeof value !== 'number') return '';
	return String(value).replace(/\s+/g, ' ').trim();
}

function toInput(
	name: string,
	property: InputProperty,
	{ required, reader }: { required: unknown[]; reader: ShapeReader },
): AgentInput {
	const shape = reader.shapeOf(property);
	const kind = kindOf(shape);
	const choices = shape.branches.flatMap((branch) => branch.choices ?? []).filter(isChoice);
	const defaultValue: unknown = property.default;
	return {
		name,
		title: lineOf(property.title) || name,
		help: lineOf(property.description),
		kind,
		shape,
		choices: kind === 'choice' ? [...new Set(choices)] : [],
		columns: kind === 'list' ? columnsOf(shape) : [],
		// A toggle that is left out is off.
		required: required.includes(name) && kind !== 'boolean',
		advanced: property.advanced === true,
		...(defaultValue === undefined || defaultValue === null ? {} : { defaultValue }),
	};
}

/**
 * The inputs of an agent that was read alone, required ones first (contract: behaviour.md
 * section 11).
 *
 * @returns undefined when its schema says nothing, as in lists of agents
 */
export function inputsOf({
	input_schema: schema,
}: Pick<LibraryAgent, 'input_schema'>): AgentInput[] | undefined {
	if (!isObject(schema.properties)) return undefined;
	const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
	const context = { required, reader: new ShapeReader(schema) };
	const inputs = Object.entries(schema.properties).map(([name, property]) =>
		toInput(name, isObject(property) ? property : {}, context),
	);
	return [...inputs.filter((one) => one.required), ...inputs.filter((one) => !one.required)];
}

/** What an input takes, in words. */
export function wordsFor({ shape }: Pick<AgentInput, 'shape'>): string {
	return wordsOfShape(shape);
}
