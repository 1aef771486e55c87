import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { agentUrl } from '../../client/agents/agents';
import type { LibraryAgent } from '../../client/contract/types';
import type { AutoGptClient } from '../../client/http/client';
import { eachPage } from '../../client/http/pages';
import { clientFor, listSearch } from './rows';

const PAGE_SIZE = 100;
/** Pages that are read to show first what people look for; more would keep them waiting. */
const MOST_PAGES = 3;
/** Agents that stand first because they ran or were changed last. */
const RECENT = 5;

function entryOf(agent: LibraryAgent, { connection }: AutoGptClient): INodeListSearchItems {
	return {
		name: agent.name,
		value: agent.id,
		url: agentUrl(connection, agent.id),
		description: agent.description || undefined,
	};
}

const search = listSearch('listLibraryAgents', entryOf);

function byName(a: LibraryAgent, b: LibraryAgent): number {
	return a.name.localeCompare(b.name);
}

/** Those that ran or were changed last, the newest first; then favorites, then all others, by name. */
export function inOrderOfUse(agents: readonly LibraryAgent[]): LibraryAgent[] {
	const newestFirst = [...agents].sort(
		(a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at),
	);
	const recent = newestFirst.slice(0, RECENT);
	const others = newestFirst.slice(RECENT).sort(byName);
	return [
		...recent,
		...others.filter(({ is_favorite }) => is_favorite),
		...others.filter(({ is_favorite }) => !is_favorite),
	];
}

/**
 * Fills the list of agents. AutoGPT lists the oldest first; where a list is opened, those that
 * people look for stand first: among the first 300 agents, or wherever a text is looked for.
 */
export async function searchAgents(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	if (filter || paginationToken) return await search.call(this, filter, paginationToken);
	const client = await clientFor(this);
	const agents: LibraryAgent[] = [];
	let pages = 0;
	let next: string | undefined;
	for await (const page of eachPage(client, 'listLibraryAgents', {}, PAGE_SIZE)) {
		agents.push(...page.rows);
		next = page.next;
		if (++pages === MOST_PAGES) break;
	}
	const results = inOrderOfUse(agents).map((agent) => entryOf(agent, client));
	return { results, paginationToken: next };
}
