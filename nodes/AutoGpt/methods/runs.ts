import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { runUrl } from '../../../client/agents/agents';
import type { LibraryAgent } from '../../../client/contract/types';
import { acceptStatus, PlatformError } from '../../../client/errors/platformError';
import type { AutoGptClient } from '../../../client/http/client';
import { readList } from '../../../client/http/pages';
import { AnswerCache, SharedAnswers } from '../../../client/http/sharedAnswers';
import { toMinute } from './minutes';
import { clientFor, MOST_PAGES, PAGE_SIZE, searchRows } from '../../shared/rows';

/** Agents that name their runs; runs of others are shown by their graphs. */
const MOST_AGENTS = 1_000;

class KeptAgents extends AnswerCache<LibraryAgent[]> {}

class AgentsByGraph extends SharedAnswers<LibraryAgent[]> {
	constructor() {
		super(KeptAgents);
	}
}

/** The agents of the library; none where the credential may not read them. */
async function readAgents(client: AutoGptClient, since: number): Promise<LibraryAgent[]> {
	const ask = async () => {
		const agents = await readList(client, 'listLibraryAgents', {}, MOST_AGENTS).catch(
			acceptStatus(403),
		);
		return agents instanceof PlatformError ? [] : agents;
	};
	return await client.session.of(AgentsByGraph).get(client, 'all', ask, since);
}

/** Fills the list of runs, newest first; without agents where the credential may not read them. */
export async function searchRuns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	const { keptSince, openedAt } = client.session;
	// Whoever types or scrolls on has just seen their names.
	const goesOn = Boolean(filter) || paginationToken !== undefined;
	const agents = await readAgents(client, goesOn ? keptSince : openedAt);
	const byGraph = new Map(agents.map((agent) => [agent.graph_id, agent]));
	return await searchRows(this, client, {
		name: 'listRuns',
		options: {},
		toEntry: (run) => {
			const agent = byGraph.get(run.graph_id);
			const started = run.started_at ? toMinute(run.started_at) : 'not started';
			return {
				name: `${agent?.name ?? run.graph_id}, ${started}, ${run.status.toLowerCase()}`,
				value: run.id,
				url: agent ? runUrl(client.connection, agent.id, run.id) : undefined,
			};
		},
		filter,
		paginationToken,
		// Pages of agents count, too.
		mostPages: MOST_PAGES - Math.max(1, Math.ceil(agents.length / PAGE_SIZE)),
	});
}
