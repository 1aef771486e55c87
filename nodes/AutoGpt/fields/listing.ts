import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../framework/item';

/** Return All and Limit, as every Get Many has them. */
export const listingFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		default: 50,
		typeOptions: { minValue: 1 },
		displayOptions: { show: { returnAll: [false] } },
		description: 'Max number of results to return',
	},
];

/** How many rows the user wants at most. */
export function wantedRows(item: Item): number {
	return item.flag('returnAll', 'Return All') ? Infinity : item.number('limit', 50);
}
