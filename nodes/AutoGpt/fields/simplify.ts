import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Item } from '../framework/item';
import type { Output } from '../framework/operation';

/** The Simplify switch for answers with many fields. */
export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** Puts a row out as it is, or with the named fields only where the user wants it simple. */
export function simplified(item: Item, row: object, fields: readonly string[]): Output {
	const all = { ...row } as IDataObject;
	if (!item.flag('simplify', true)) return { json: all };
	return { json: Object.fromEntries(fields.map((name) => [name, all[name]])) };
}

/** Puts a row out as it is. */
export function whole(row: object): Output {
	return { json: { ...row } as IDataObject };
}
