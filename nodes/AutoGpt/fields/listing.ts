import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../framework/item';
import { wholeNumber } from './values';

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

/**
 * How many rows the user wants at most.
 *
 * @throws the item's failure for a limit below 1, or an expression that returns no number
 */
export function wantedRows(item: Item): number {
	if (item.flag('returnAll', 'Return All')) return Infinity;
	return wholeNumber(item, item.value('limit', 50), 'Limit');
}
