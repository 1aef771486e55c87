import { integrationCredentialField } from '../../fields/integrationCredential';
import type { ItemOperation } from '../../framework/operation';

export const deleteCredential: ItemOperation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete integration credential',
	description:
		'Delete a credential from AutoGPT, and with it its webhooks and OAuth tokens. Agents that use it no longer work.',
	notice: 'Agents that use the credential no longer work',
	fields: [
		integrationCredentialField,
		{
			displayName: 'Force',
			name: 'force',
			type: 'boolean',
			default: false,
			description:
				'Whether to delete it even if a webhook of it starts an agent; that agent is not started any more then',
		},
	],
	perItem: async (item) => {
		const credential_id = item.requiredText('integrationCredentialId', 'Integration Credential');
		await item.client.call('deleteCredential', {
			path: { credential_id },
			query: item.flag('force', 'Force') ? { force: true } : {},
		});
		return { json: { deleted: true, id: credential_id } };
	},
};
