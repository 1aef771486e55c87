import { responseFields } from '../../../../client/contract/responseFields';
import { readList } from '../../../../client/http/pages';
import { blockOutput } from '../../output/block';
import { graphField } from '../../fields/graph';
import { listingFields, wantedRows } from '../../fields/listing';
import { simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const getBlocks: ItemOperation = {
	name: 'Get Blocks',
	value: 'getBlocks',
	action: 'Get blocks of graph',
	description: 'Retrieve the blocks that a graph is made of, each once',
	fields: [graphField, ...listingFields, simplifyField],
	rawFields: responseFields.listGraphBlocks,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const graph_id = item.requiredText('graphId', 'Graph');
		const blocks = await readList(
			item.client,
			'listGraphBlocks',
			{ path: { graph_id } },
			wantedRows(item),
		);
		return blocks.map((block) => blockOutput(item, block));
	},
};
