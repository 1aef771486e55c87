import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Item } from '../framework/item';
import { since1_1 } from '../framework/version';

/** Options that say in which order a list comes; nodes of version 1 had that among its filters. */
export function sortOptions(sortBy: INodeProperties): INodeProperties {
	return since1_1({
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [sortBy],
	});
}

/** The collection in which an item says how to sort. */
export function sortingOf(item: Item, filters: IDataObject): IDataObject {
	return item.isVersion1 ? filters : item.collection('options');
}
