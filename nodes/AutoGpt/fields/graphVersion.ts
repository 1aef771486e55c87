import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Item } from '../framework/item';
import { onlyInVersion1, since1_1 } from '../framework/version';
import { wholeNumber } from './values';

/** What a field for a version of a graph is called, and what it is for. */
interface VersionField {
	displayName: string;
	name: string;
	description: string;
	required?: boolean;
	/** Field that says whose versions the list has. */
	of: 'Graph' | 'Agent';
}

/**
 * Picks a version of the chosen graph, or of the chosen agent's graph. Nodes of version 1 had a
 * number with 1 in it, which took a graph back to its first version when nobody touched it.
 */
export function graphVersionFields(field: VersionField): INodeProperties[] {
	const { displayName, name, description, required = false, of } = field;
	const common = { displayName, name, description, required };
	return [
		onlyInVersion1({ ...common, type: 'number', default: 1, typeOptions: { minValue: 1 } }),
		since1_1({
			...common,
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			hint: `The list has the versions of what '${of}' names`,
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: 'Select a version…',
					typeOptions: { searchListMethod: 'searchGraphVersions', searchable: true },
				},
				{
					displayName: 'By Number',
					name: 'id',
					type: 'string',
					placeholder: 'e.g. 3',
					validation: [
						{
							type: 'regex',
							properties: {
								regex: '^\\s*[1-9][0-9]*\\s*$',
								errorMessage: 'Enter a whole number from 1 on, as Get Versions returns it',
							},
						},
					],
				},
			],
		}),
	];
}

/**
 * A version that is a field of a collection; undefined when it was not added or is empty.
 *
 * @param path collection and field, as in `options.version`
 */
export function versionIn(
	item: Item,
	fields: IDataObject,
	path: string,
	label: string,
): number | undefined {
	const [, name = ''] = path.split('.');
	if (!Object.hasOwn(fields, name)) return undefined;
	const version = item.text(path);
	return version === '' ? undefined : wholeNumber(item, version, label);
}
