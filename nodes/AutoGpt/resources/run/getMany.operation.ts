import { readList } from '../../../../platform/pages';
import { withoutShareToken } from '../../../../platform/runResult';
import { listingFields, wantedRows } from '../../fields/listing';
import { simplified, simplifyField } from '../../fields/simplify';
import type { ItemOperation } from '../../framework/operation';
import { SIMPLE_RUN } from './shape';

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many runs',
	description: 'Retrieve runs, newest first, without their outputs',
	fields: [...listingFields, simplifyField],
	atOnce: 5,
	perItem: async (item) => {
		const runs = await readList(item.client, 'listRuns', {}, wantedRows(item));
		return runs.map((run) => simplified(item, withoutShareToken(run), SIMPLE_RUN));
	},
};
