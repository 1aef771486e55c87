import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { listOf, readFlag } from '../../shared/choices';
import type { Item } from './item';
import type { Output } from './operation';

/** The Simplify switch for answers with many fields. */
export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** A name as people read it: `graph_id` becomes `Graph ID`. */
export function titled(name: string): string {
	const words = name.split('_').map((word) => {
		const isAbbreviation = ['id', 'ids', 'url', 'urls', 'uri'].includes(word);
		return isAbbreviation
			? word.toUpperCase().replace(/S$/, 's')
			: word.charAt(0).toUpperCase() + word.slice(1);
	});
	return words.join(' ');
}

/** A language model reads what a tool returns: there the user chooses the fields more finely. */
function toolFields(names: readonly string[]): INodeProperties[] {
	const always = idsAmong(names);
	const offered = [...new Set(names)].filter((name) => !always.includes(name)).sort();
	return [
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			default: 'simplified',
			description: 'How much of the response the AI agent gets to read',
			displayOptions: { show: { '@tool': [true] } },
			options: [
				{ name: 'Raw', value: 'raw', description: 'All fields' },
				{
					name: 'Selected Fields',
					value: 'selected',
					description: 'The ID and fields of your choice',
				},
				{ name: 'Simplified', value: 'simplified', description: 'The most useful fields' },
			],
		},
		{
			displayName: 'Fields',
			name: 'selectedFields',
			type: 'multiOptions',
			default: [],
			description: 'Fields that the AI agent gets to read. The ID is always among them.',
			displayOptions: { show: { '@tool': [true], output: ['selected'] } },
			options: offered.map((name) => ({ name: titled(name), value: name })),
		},
	];
}

/**
 * A Simplify switch, with what stands in its place when the node is a tool of an AI agent.
 *
 * @param names fields of the whole response, to choose from
 */
export function withToolOutput(
	field: INodeProperties,
	names: readonly string[],
): INodeProperties[] {
	if (field.name !== 'simplify') return [field];
	return [{ ...field, displayOptions: { show: { '@tool': [false] } } }, ...toolFields(names)];
}

/** Those of a row's fields that are there, in the order of `names`. */
function picked(row: IDataObject, names: readonly string[]): IDataObject {
	const present = [...new Set(names)].filter((name) => Object.hasOwn(row, name));
	return Object.fromEntries(present.map((name) => [name, row[name]]));
}

/** The fields that identify a row: its ID, else the IDs in it. */
function idsAmong(names: readonly string[]): string[] {
	return names.includes('id') ? ['id'] : names.filter((name) => name.endsWith('_id'));
}

/** The fields that the user selected for a tool, and the ID. */
export function selected(item: Item, row: IDataObject): IDataObject {
	return picked(row, [
		...idsAmong(Object.keys(row)),
		...listOf(item.valueIfShown('selectedFields', '')),
	]);
}

/** How much of a response the user wants: by Simplify in the node, by Output in the tool. */
export function wantedForm(item: Item): 'simplified' | 'raw' | 'selected' {
	const output = item.valueIfShown('output', 'simplified');
	if (output === 'selected') return 'selected';
	// Read when the work is done: what is no switch returns the whole, and does not fail the item.
	const isSimple = readFlag(item.valueIfShown('simplify', true)) === true;
	return output === 'raw' || !isSimple ? 'raw' : 'simplified';
}

/** Puts a row out as it is, or with the named fields only where the user wants it simple. */
export function simplified(item: Item, row: object, fields: readonly string[]): Output {
	const all = { ...row } as IDataObject;
	const form = wantedForm(item);
	if (form === 'selected') return { json: selected(item, all) };
	if (form === 'raw') return { json: all };
	return { json: Object.fromEntries(fields.map((name) => [name, all[name]])) };
}

/** Puts a row out as it is. */
export function whole(row: object): Output {
	return { json: { ...row } as IDataObject };
}
