import { readList } from '../../../../client/http/pages';
import { agentField } from '../../../shared/agentField';
import { listingFields, wantedRows } from '../../fields/listing';
import { whole } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const getRequiredCredentials: ItemOperation = {
	name: 'Get Required Credentials',
	value: 'getRequiredCredentials',
	action: 'Get required credentials of agent',
	description:
		'Retrieve the credentials that an agent takes, one item for each field and provider; a field that takes several providers is filled once',
	fields: [agentField, ...listingFields],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const agent_id = item.requiredText('agentId', 'Agent');
		const rows = await readList(
			item.client,
			'listLibraryAgentCredentials',
			{ path: { agent_id } },
			wantedRows(item),
		);
		return rows.map(whole);
	},
};
