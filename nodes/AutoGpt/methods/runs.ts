import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { runUrl } from '../../../client/agents/agents';
import { acceptStatus, PlatformError } from '../../../client/errors/platformError';
import { readList } from '../../../client/http/pages';
import { clientFor, ROWS_SEARCHED, searchRows } from '../../shared/rows';

/** Fills the list of runs, newest first; without agents where the credential may not read them. */
export async function searchRuns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	const answer = await readList(client, 'listLibraryAgents', {}, ROWS_SEARCHED).catch(
		acceptStatus(403),
	);
	const agents = answer instanceof PlatformError ? [] : answer;
	const byGraph = new Map(agents.map((agent) => [agent.graph_id, agent]));
	return await searchRows(
		client,
		'listRuns',
		{},
		(run) => {
			const agent = byGraph.get(run.graph_id);
			const started = run.started_at
				? run.started_at.slice(0, 16).replace('T', ' ')
				: 'not started';
			return {
				name: `${agent?.name ?? run.graph_id}, ${started}, ${run.status.toLowerCase()}`,
				value: run.id,
				url: agent ? runUrl(client.connection, agent.id, run.id) : undefined,
			};
		},
		filter,
		paginationToken,
	);
}
