import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { agentUrl, runUrl } from '../../../platform/agents';
import { PlatformClient } from '../../../platform/client';
import { readConnection } from '../../../platform/connection';
import type { ListEndpoint, ListOptions, Row } from '../../../platform/pages';
import { readList } from '../../../platform/pages';
import { credentialTypeOf } from '../fields/authentication';

/** Someone waits at a dropdown: rather say what is wrong than try for minutes. */
const DROPDOWN_CALLS = { maxTries: 2, patienceMs: 5_000, timeoutMs: 20_000 };
const PAGE_SIZE = 100;
const ROWS_SEARCHED = 2_000;

async function clientFor(functions: ILoadOptionsFunctions): Promise<PlatformClient> {
	const connection = await readConnection(functions, credentialTypeOf(functions));
	return new PlatformClient(functions, connection, DROPDOWN_CALLS);
}

/**
 * One page of a list for a dropdown. The API cannot search by name, so a search reads on until the
 * list ends.
 */
async function searchRows<N extends ListEndpoint>(
	client: PlatformClient,
	name: N,
	options: ListOptions<N>,
	toEntry: (row: Row<N>) => INodeListSearchItems,
	filter: string | undefined,
	cursor: string | undefined,
): Promise<INodeListSearchResult> {
	if (filter) {
		const wanted = filter.toLowerCase();
		const rows = await readList(client, name, options, ROWS_SEARCHED);
		const entries = rows.map(toEntry);
		return {
			results: entries.filter(({ name: label, value }) =>
				`${label} ${String(value)}`.toLowerCase().includes(wanted),
			),
		};
	}
	const query = { ...(options as { query?: object }).query, limit: PAGE_SIZE, cursor };
	const page: unknown = await client.call(name, { ...options, query } as ListOptions<N>);
	const { items, next_cursor } = page as { items: Array<Row<N>>; next_cursor: string | null };
	return { results: items.map(toEntry), paginationToken: next_cursor ?? undefined };
}

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
