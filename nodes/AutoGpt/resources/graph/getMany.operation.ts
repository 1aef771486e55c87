import { responseFields } from '../../../../client/contract/responseFields';
import { readList } from '../../../../client/http/pages';
import { listingFields, wantedRows } from '../../fields/listing';
import { simplified, simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { SIMPLE_GRAPH_META } from '../../output/graph';

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many graphs',
	description: 'Retrieve your graphs in their active versions, without nodes and links',
	fields: [...listingFields, simplifyField],
	rawFields: responseFields.listGraphs,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const graphs = await readList(item.client, 'listGraphs', {}, wantedRows(item));
		return graphs.map((graph) => simplified(item, graph, SIMPLE_GRAPH_META));
	},
};
