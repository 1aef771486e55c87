import {
	validateFieldType,
	type FieldType,
	type INodePropertyOptions,
	type ResourceMapperField,
} from 'n8n-workflow';

import type { AgentInput, Choice, InputKind } from '../../../client/inputs/inputs';
import { isCommaList } from '../../../client/inputs/schema/convert';
import { blankFor, isLeftOut, toInputValue } from '../../../client/inputs/values';
import { sameJson } from '../../../client/util/canonicalJson';
import { fieldIdOf } from '../fields/inputs';
import { describeForModel, isLeftToModel, labelsFor, modelName } from './inputLabels';

type FieldValue = string | number | boolean;

const FIELD_TYPES: Record<InputKind, FieldType> = {
	// A string field also takes what expressions return, so it suits any value.
	any: 'string',
	text: 'string',
	integer: 'number',
	number: 'number',
	boolean: 'boolean',
	choice: 'options',
	date: 'dateTime',
	time: 'time',
	moment: 'dateTime',
	file: 'string',
	list: 'array',
	object: 'object',
	drive: 'object',
};

/** In JSON, where nothing is left out as blank and no zone is added. */
const AS_JSON = { isForm: false, timezone: 'UTC' };
const AS_FORM = { isForm: true, timezone: 'UTC' };

/** A toggle is always on or off, so what may also be left open is a choice. */
function isOpenToggle({ kind, shape, defaultValue }: AgentInput): boolean {
	return kind === 'boolean' && shape.takesNull && typeof defaultValue !== 'boolean';
}

/** Whether the form takes an input as text with commas; n8n has no field for several choices. */
function isCommaText({ kind, shape }: AgentInput): boolean {
	return kind === 'list' && shape.branches.every(isCommaList);
}

/** A field for a value of every shape is one for what its default is. */
function typeOf(input: AgentInput, options: INodePropertyOptions[]): FieldType {
	const { kind, defaultValue, shape } = input;
	if (isOpenToggle(input)) return 'options';
	if (kind === 'choice' && options.length === 0) return 'string';
	// Names of binary fields, as n8n's nodes take them, or choices: data, data2.
	if (isCommaText(input)) return 'string';
	const isFree = kind === 'any' && shape.branches.every(({ type }) => type === undefined);
	if (isFree && typeof defaultValue === 'number') return 'number';
	if (isFree && typeof defaultValue === 'boolean') return 'boolean';
	return FIELD_TYPES[kind];
}

/** A choice as the value of an option: n8n would evaluate a text that begins with `=`. */
function optionValue(choice: Choice): Choice {
	return typeof choice === 'string' && choice.startsWith('=') ? ` ${choice}` : choice;
}

function optionsOf(input: AgentInput): INodePropertyOptions[] {
	const choices = isOpenToggle(input) ? [true, false] : input.choices;
	return choices
		.filter((choice) => String(choice).trim() !== '')
		.map((choice) => ({
			name: String(choice).replace(/\s+/g, ' ').trim(),
			value: optionValue(choice),
		}));
}

/** A value as n8n's field shows it. */
function asFieldValue(input: AgentInput, value: unknown): FieldValue {
	if (typeof value === 'number' || typeof value === 'boolean') return value;
	if (typeof value !== 'string') return JSON.stringify(value);
	return input.kind === 'choice' ? String(optionValue(value)) : value;
}

/** A list as text with commas; undefined where it would be read as another one. */
function commaText(input: AgentInput, value: unknown): string | undefined {
	if (!isCommaText(input) || !Array.isArray(value)) return undefined;
	const text = value.join(', ');
	return sameJson(toInputValue(input, text, AS_FORM).value, value) ? text : undefined;
}

/**
 * The default of an input as that of its field. One that the field cannot hold, that n8n would
 * evaluate, or that would reach AutoGPT as something else is left out: AutoGPT knows it anyway.
 */
function defaultOf(
	input: AgentInput,
	type: FieldType,
	options: INodePropertyOptions[],
): FieldValue | undefined {
	const { defaultValue, name } = input;
	if (defaultValue === undefined || isLeftOut(input, defaultValue, AS_FORM)) return undefined;
	const { value, issues } = toInputValue(input, defaultValue, AS_JSON);
	if (issues.length > 0) return undefined;
	const shown = commaText(input, value) ?? asFieldValue(input, value);
	if (typeof shown === 'string' && (shown.startsWith('=') || shown.trim() === '')) return undefined;
	if (!validateFieldType(name, shown, type, { valueOptions: options }).valid) return undefined;
	return sameJson(toInputValue(input, shown, AS_FORM).value, value) ? shown : undefined;
}

/** What the field shows before anybody touches it. */
function shownAtFirst(
	input: AgentInput,
	type: FieldType,
	options: INodePropertyOptions[],
): Pick<ResourceMapperField, 'defaultValue'> {
	const defaultValue = input.kind === 'drive' ? undefined : defaultOf(input, type, options);
	if (defaultValue !== undefined) return { defaultValue };
	// n8n's editor marks an empty field for JSON as wrong.
	const isJson = type === 'array' || type === 'object';
	return isJson && (input.kind !== 'drive' || input.required)
		? { defaultValue: blankFor(input) }
		: {};
}

/** By this n8n's editor knows what it wrote itself where a model is to define a field. */
const OVERRIDE = '/*n8n-auto-generated-fromAI-override*/';

/** What n8n's editor writes where the user leaves a field to the model of a tool. */
function leftToModel(input: AgentInput, label: string, type: FieldType): string {
	const isPlain = type === 'number' || type === 'boolean';
	const isJson = type === 'array' || type === 'object';
	const kind = isPlain ? type : isJson ? 'json' : 'string';
	const about = describeForModel(input);
	return `={{ ${OVERRIDE} $fromAI('${modelName(label)}', \`${about}\`, '${kind}') }}`;
}

function toField(input: AgentInput, displayName: string, isTool: boolean): ResourceMapperField {
	const { name, kind, required, advanced } = input;
	const isPicker = kind === 'drive';
	const options = optionsOf(input);
	const type = typeOf(input, options);
	return {
		id: fieldIdOf(name),
		displayName,
		required,
		// A file of Google Drive cannot be picked here; one that has a default needs no field.
		display: !isPicker || required,
		readOnly: isPicker,
		removed: advanced && !required,
		defaultMatch: false,
		canBeUsedToMatch: false,
		type,
		...(type === 'options' ? { options } : {}),
		...(isTool && isLeftToModel(input) && type !== 'options'
			? { defaultValue: leftToModel(input, displayName, type) }
			: shownAtFirst(input, type, options)),
	};
}

/**
 * The inputs of an agent as fields of the form; none where there is nothing to fill in.
 *
 * @param isTool whether the form is that of a tool, whose model fills in what must be there
 */
export function fieldsFor(inputs: AgentInput[], isTool = false): ResourceMapperField[] {
	const labels = labelsFor(inputs, isTool);
	const fields = inputs.map((input, index) => toField(input, labels[index] ?? input.title, isTool));
	return fields.some(({ display }) => display) ? fields : [];
}
