import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../framework/item';

/** Names one agent of the marketplace: its creator and its slug, with a slash in between. */
export const marketplaceAgentField: INodeProperties = {
	displayName: 'Marketplace Agent',
	name: 'marketplaceAgent',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The agent of the marketplace to work with',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an agent…',
			typeOptions: { searchListMethod: 'searchMarketplaceAgents', searchable: true },
		},
		{
			displayName: 'By Creator and Slug',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. ada/brief-writer',
			hint: 'Marketplace Agent > Get Many returns them as creator and slug',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: '^\\s*[^/\\s]+/[^/\\s]+\\s*$',
						errorMessage: 'Enter the creator and the slug with a slash in between',
					},
				},
			],
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://platform.agpt.co/marketplace/agent/ada/brief-writer',
			extractValue: {
				type: 'regex',
				regex: '^\\s*https?://[^?#]+/marketplace/agent/([^/?#\\s]+/[^/?#\\s]+)',
			},
			validation: [
				{
					type: 'regex',
					properties: {
						regex: '^\\s*https?://[^?#]+/marketplace/agent/[^/?#\\s]+/[^/?#\\s]+(?:[/?#].*)?\\s*',
						errorMessage: 'This is not the address of an agent in the marketplace',
					},
				},
			],
		},
	],
};

/** Creator and slug of the marketplace agent that an item names. */
export function marketplaceAgentOf(item: Item): { username: string; agent_name: string } {
	const text = item.requiredText('marketplaceAgent', 'Marketplace Agent');
	const [username, agent_name, ...rest] = text.split('/');
	if (!username || !agent_name || rest.length > 0) {
		throw item.failure(
			`'${text}' does not name a marketplace agent`,
			'Enter the username of the creator and the slug of the agent, for example ada/brief-writer.',
		);
	}
	return { username, agent_name };
}
