import { responseFields } from '../../../../client/contract/responseFields';
import { readList } from '../../../../client/http/pages';
import { graphField } from '../../fields/graph';
import { listingFields, wantedRows } from '../../fields/listing';
import { simplified, simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { SIMPLE_GRAPH } from '../../output/graph';

export const getVersions: ItemOperation = {
	name: 'Get Versions',
	value: 'getVersions',
	action: 'Get versions of graph',
	description: 'Retrieve the versions of a graph',
	fields: [graphField, ...listingFields, simplifyField],
	rawFields: responseFields.listGraphVersions,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const versions = await readList(
			item.client,
			'listGraphVersions',
			{ path: { graph_id } },
			wantedRows(item),
		);
		return versions.map((version) => simplified(item, version, SIMPLE_GRAPH));
	},
};
