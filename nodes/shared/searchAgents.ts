import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { agentUrl } from '../../client/agents/agents';
import { clientFor, searchRows } from './rows';

/** Fills the list of agents. */
export async function searchAgents(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	return await searchRows(
		client,
		'listLibraryAgents',
		{},
		(agent) => ({
			name: agent.name,
			value: agent.id,
			url: agentUrl(client.connection, agent.id),
			description: agent.description || undefined,
		}),
		filter,
		paginationToken,
	);
}
