import type { INodeListSearchItems } from 'n8n-workflow';

import { agentUrl, builderUrl } from '../../client/agents/agents';
import type { LibraryAgent } from '../../client/contract/types';
import type { AutoGptClient } from '../../client/http/client';
import { eachPage } from '../../client/http/pages';
import { clientFor, listSearch, PAGE_SIZE, shown, type ListSearch } from './rows';
import { progressToken } from './searchProgress';

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
 * Makes the search of a list of agents. AutoGPT lists the oldest first; where a list is opened,
 * those that people look for stand first: among the first 300 agents, or wherever a text is looked
 * for.
 */
function searchOf(toEntry: typeof entryOf): ListSearch {
	const search = listSearch('listLibraryAgents', toEntry);
	return async function searchInOrder(filter, paginationToken) {
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
		const results = inOrderOfUse(agents).map((agent) => shown(toEntry(agent, client)));
		if (next === undefined) return { results };
		return { results, paginationToken: progressToken({ searched: agents.length, cursor: next }) };
	};
}

/** Fills the list of agents. */
export const searchAgents = searchOf(entryOf);

/** Fills the list of graphs that can be run: those of which the library has an agent. */
export const searchGraphsOfAgents = searchOf((agent, client) => ({
	...entryOf(agent, client),
	value: agent.graph_id,
	url: builderUrl(client.connection, agent),
}));
