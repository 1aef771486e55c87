import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { clientFor, searchRows } from '../../shared/rows';

/** Fills the list of marketplace agents. AutoGPT does the searching. */
export async function searchMarketplaceAgents(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchRows(
		await clientFor(this),
		'listMarketplaceAgents',
		filter ? { query: { search_query: filter } } : {},
		({ name, creator, slug, description }) => ({
			name: `${name} by ${creator}`,
			value: `${creator}/${slug}`,
			description: description || undefined,
		}),
		undefined,
		paginationToken,
	);
}

/** Fills the list of creators. AutoGPT does the searching. */
export async function searchCreators(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchRows(
		await clientFor(this),
		'listCreators',
		filter ? { query: { search_query: filter.slice(0, 100) } } : {},
		({ name, username }) => ({ name: `${name} (${username})`, value: username }),
		undefined,
		paginationToken,
	);
}
