import { readList } from '../../../../client/http/pages';
import { graphField } from '../../fields/graph';
import { listingFields, wantedRows } from '../../fields/listing';
import { whole } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const getRequiredCredentials: ItemOperation = {
	name: 'Get Required Credentials',
	value: 'getRequiredCredentials',
	action: 'Get required credentials of graph',
	description:
		'Retrieve the credentials that a graph takes, one item for each field and provider; a field that takes several providers is filled once',
	fields: [graphField, ...listingFields],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const rows = await readList(
			item.client,
			'listGraphCredentials',
			{ path: { graph_id } },
			wantedRows(item),
		);
		return rows.map(whole);
	},
};
