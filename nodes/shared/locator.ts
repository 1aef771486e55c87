import type { INodeProperties, INodePropertyMode } from 'n8n-workflow';

/** What identifies a resource locator. */
export interface Locator {
	displayName: string;
	name: string;
	description: string;
	/** Method that fills the list. */
	search: string;
	/** The thing in the list's placeholder, with its article, for example `a folder`. */
	thing: string;
	example: string;
	/** What it is named by where it is not picked; an ID, unless set otherwise. */
	by?: 'Name';
	/** Where an ID comes from. */
	hint?: string;
	required?: boolean;
	/** Further ways to name the thing. */
	modes?: INodePropertyMode[];
}

/** A field that picks one thing from a searchable list, or names it by its ID. */
export function locatorField(locator: Locator): INodeProperties {
	const { displayName, name, description, search, thing, example, hint, modes = [] } = locator;
	const { by = 'ID', required = true } = locator;
	return {
		displayName,
		name,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required,
		description,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: `Select ${thing}…`,
				typeOptions: { searchListMethod: search, searchable: true },
			},
			{
				displayName: `By ${by}`,
				name: by.toLowerCase(),
				type: 'string',
				placeholder: `e.g. ${example}`,
				...(hint ? { hint } : {}),
			},
			...modes,
		],
	};
}
