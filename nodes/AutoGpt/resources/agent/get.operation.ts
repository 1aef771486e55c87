import { responseFields } from '../../../../client/contract/responseFields';
import { agentField } from '../../../shared/agentField';
import { simplified, simplifyField } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { SIMPLE_AGENT } from '../../output/agent';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get agent',
	description: 'Retrieve an agent with the inputs that it takes',
	fields: [agentField, simplifyField],
	rawFields: responseFields.getLibraryAgent,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const agent_id = item.requiredText('agentId', 'Agent');
		const agent = await item.client.call('getLibraryAgent', { path: { agent_id } });
		return simplified(item, agent, SIMPLE_AGENT);
	},
};
