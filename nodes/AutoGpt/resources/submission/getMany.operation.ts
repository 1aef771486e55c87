import { responseFields } from '../../../../client/contract/responseFields';
import { readList } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { simplified, simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { SIMPLE_SUBMISSION } from '../../output/submission';

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many submissions',
	description: 'Retrieve your submissions to the marketplace',
	fields: [...listingFields, simplifyField],
	rawFields: responseFields.listSubmissions,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const rows = await readList(item.client, 'listSubmissions', {}, wantedRows(item));
		return rows.map((row) => simplified(item, row, SIMPLE_SUBMISSION));
	},
};
