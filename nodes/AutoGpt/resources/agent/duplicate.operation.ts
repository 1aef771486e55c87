import { responseFields } from '../../../../client/contract/responseFields';
import { agentField } from '../../../shared/agentField';
import { SIMPLE_AGENT } from '../../output/agent';
import { simplified, simplifyField } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';

export const duplicate: ItemOperation = {
	name: 'Duplicate',
	value: 'duplicate',
	action: 'Duplicate agent',
	description: 'Make a new agent on a copy of the graph of another one; each call makes one more',
	fields: [agentField, simplifyField],
	rawFields: responseFields.forkLibraryAgent,
	perItem: async (item) => {
		const agent_id = item.requiredText('agentId', 'Agent');
		const copy = await item.client.call('forkLibraryAgent', { path: { agent_id } });
		return simplified(item, copy, SIMPLE_AGENT);
	},
};
