import { tryToParseDateTime, type IDataObject } from 'n8n-workflow';

import { readChoice, readChoices } from '../../shared/choices';
import type { Item } from '../framework/item';

export { listOf } from '../../shared/choices';

/** Text of a collection's field; undefined when it was not added or is empty. */
export function textIn(fields: IDataObject, name: string): string | undefined {
	const value = fields[name];
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/**
 * What a locator of a collection names, or its text in nodes of version 1; undefined when it was not
 * added, or when the model of a tool leaves it out.
 *
 * @param path collection and field, as in `filters.category`
 */
export function namedIn(
	item: Item,
	fields: IDataObject,
	path: string,
	label: string,
): string | undefined {
	const [, name = ''] = path.split('.');
	if (item.isVersion1) return textIn(fields, name);
	if (!Object.hasOwn(fields, name)) return undefined;
	if (item.isTool && item.text(path) === '') return undefined;
	return item.requiredText(path, label);
}

/** Switch of a collection; undefined when it was not added. */
export function flagIn(
	item: Item,
	fields: IDataObject,
	name: string,
	label: string,
): boolean | undefined {
	return Object.hasOwn(fields, name) ? item.flagOf(fields[name], label) : undefined;
}

/** Whole number of a collection; undefined when it was not added or is empty. */
export function integerIn(
	item: Item,
	fields: IDataObject,
	name: string,
	label: string,
): number | undefined {
	const value = fields[name];
	if (value === undefined || value === null || value === '') return undefined;
	return wholeNumber(item, value, label);
}

/** A whole number from 1 on, as versions are counted. */
export function wholeNumber(item: Item, value: unknown, label: string): number {
	const number = typeof value === 'boolean' ? NaN : Number(value);
	if (Number.isSafeInteger(number) && number > 0) return number;
	throw item.failure(
		`'${label}' is not a whole number from 1 on`,
		'Check the field, or the expression in it.',
	);
}

/** Choices of a collection, in upper or lower case; undefined when it was not added or is empty. */
export function choicesIn<T extends string>(
	item: Item,
	fields: IDataObject,
	name: string,
	label: string,
	known: readonly T[],
): T[] | undefined {
	const chosen = readChoices(item, fields[name], label, known);
	return chosen.length > 0 ? chosen : undefined;
}

/** The one choice of a collection's field; undefined when it was not added or is empty. */
export function choiceIn<T extends string>(
	item: Item,
	fields: IDataObject,
	name: string,
	label: string,
	known: readonly T[],
): T | undefined {
	return readChoice(item, fields[name], label, known);
}

/**
 * A point in time as the API takes it: ISO 8601 in UTC. A time without a zone is one of the
 * workflow's zone.
 *
 * @returns undefined when the field was not added or is empty
 */
export function timeIn(
	item: Item,
	fields: IDataObject,
	name: string,
	label: string,
): string | undefined {
	const value: unknown = fields[name];
	if (value === undefined || value === null || value === '') return undefined;
	try {
		const time = tryToParseDateTime(value, item.functions.getTimezone());
		return time.toJSDate().toISOString();
	} catch {
		throw item.failure(
			`'${label}' is not a date`,
			'Enter a date such as 2026-11-24T09:30:00, or an expression that returns one.',
		);
	}
}

/** An object without its undefined fields. */
export function defined<T extends object>(fields: T): T {
	const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
	return Object.fromEntries(entries) as T;
}

/** Refuses an update that would change nothing. */
export function requireChange(item: Item, changes: object, label = 'Update Fields'): void {
	if (Object.keys(changes).length > 0) return;
	throw item.failure(
		'There is nothing to update',
		`Add at least one field under '${label}', or check that its expression returns a value.`,
	);
}
