import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { isBlank, listOf } from '../../shared/choices';
import type { Item } from '../framework/item';
import { faultOfText } from '../framework/texts';

/** What a field for a list of texts is called, and what a row of it holds. */
interface ListField {
	displayName: string;
	name: string;
	description: string;
	/** An example of one row, with "e.g. ". */
	placeholder: string;
	/** On the button that adds a row. */
	addRow: string;
}

/** A list of texts in a collection, a row for each. n8n begins it with one row. */
export function listField({ addRow, ...field }: ListField): INodeProperties {
	const typeOptions = { multipleValues: true, multipleValueButtonText: addRow };
	return { ...field, type: 'string', typeOptions, default: '' };
}

/** Takes apart a text that holds several entries. */
type Splitter = (text: string) => string[];

const atCommas: Splitter = (text) => text.split(',');

/** Addresses with commas between; one may have commas within it. */
export const atAddresses: Splitter = (text) => text.split(/,\s+|,(?=https?:\/\/)/);

/** The entries of a row: one that was typed, or several that its expression returns. */
function entriesOf(row: unknown, split: Splitter): string[] {
	if (Array.isArray(row)) return listOf(row.filter((entry) => !isBlank(entry)));
	const parts = typeof row === 'string' ? split(row) : [String(row ?? '')];
	return parts.map((part) => part.trim()).filter(Boolean);
}

/**
 * Entries of a list in a collection; undefined when it was not added. A row may have an expression
 * that returns a list, or a text with commas as models write it. An empty row is refused, except in
 * a tool, where a model leaves out what it does not need.
 *
 * @param label the field's name for the user
 * @param split how a text with several entries is taken apart
 */
export function entriesIn(
	item: Item,
	fields: IDataObject,
	name: string,
	label: string,
	split: Splitter = atCommas,
): string[] | undefined {
	if (!Object.hasOwn(fields, name)) return undefined;
	const value: unknown = fields[name];
	if (item.isVersion1) return listOf(value);
	const rows: unknown[] = Array.isArray(value) ? value : [value];
	const faults = rows.flat().map((row) => (isBlank(row) ? undefined : faultOfText(row)));
	const odd = faults.findIndex((fault) => fault !== undefined);
	if (odd !== -1) {
		throw item.failure(
			`Row ${odd + 1} of '${label}' ${faults[odd]}`,
			'Check what its expression returns for this item: text, or a list of texts.',
		);
	}
	const entries = rows.map((row) => entriesOf(row, split));
	const empty = entries.findIndex((row) => row.length === 0);
	if (item.isTool) return entries.some((row) => row.length > 0) ? entries.flat() : undefined;
	if (rows.length === 0) {
		throw item.failure(`'${label}' has no rows`, `Add a row, or remove '${label}'.`);
	}
	if (empty === -1) return entries.flat();
	throw item.failure(
		`Row ${empty + 1} of '${label}' is empty`,
		'Fill it in or remove the row, or check that its expression returns a value for this item.',
	);
}
