import { agentField } from '../../../shared/agentField';
import type { ItemOperation } from '../../framework/operation';

export const deleteAgent: ItemOperation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete agent',
	description:
		'Remove an agent from your library, and with it your schedules and webhooks of its graph. The graph and past runs stay.',
	notice: 'Your schedules and webhooks of the agent are deleted with it',
	fields: [agentField],
	perItem: async (item) => {
		const agent_id = item.requiredText('agentId', 'Agent');
		await item.client.call('deleteLibraryAgent', { path: { agent_id } });
		return { json: { deleted: true, id: agent_id } };
	},
};
