import { readList } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { whole } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';

export const getInvoices: ItemOperation = {
	name: 'Get Invoices',
	value: 'getInvoices',
	action: 'Get invoices',
	description: 'Retrieve the newest invoices, at most 100: AutoGPT returns one page of them',
	fields: [...listingFields],
	perItem: async (item) => {
		const invoices = await readList(item.client, 'listInvoices', {}, wantedRows(item));
		return invoices.map(whole);
	},
};
