import type { INodeProperties } from 'n8n-workflow';

import { locatorField } from '../../shared/locator';

/** Names a category of the marketplace. */
export function categoryField(description: string, required = false): INodeProperties {
	return locatorField({
		displayName: 'Category',
		name: 'category',
		description,
		search: 'searchCategories',
		thing: 'a category',
		example: 'writing',
		by: 'Name',
		hint: 'As AutoGPT writes it; the list has those of agents in the marketplace',
		required,
	});
}
