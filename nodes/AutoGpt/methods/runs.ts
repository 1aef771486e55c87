import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { runUrl } from '../../../platform/agents';
import { readList } from '../../../platform/pages';
import { clientFor, ROWS_SEARCHED, searchRows } from './rows';

/** Fills the list of runs, newest first. */
export async function searchRuns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	const agents = await readList(client, 'listLibraryAgents', {}, ROWS_SEARCHED);
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
				name: `${agent?.name ?? 'Unknown agent'}, ${started}, ${run.status.toLowerCase()}`,
				value: run.id,
				url: agent ? runUrl(client.connection, agent.id, run.id) : undefined,
			};
		},
		filter,
		paginationToken,
	);
}
