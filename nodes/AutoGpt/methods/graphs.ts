import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { clientFor, searchRows } from '../../shared/rows';

/** Fills the list of graphs. */
export async function searchGraphs(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchRows(
		await clientFor(this),
		'listGraphs',
		{},
		({ id, name, description }) => ({
			name,
			value: id,
			description: description || undefined,
		}),
		filter,
		paginationToken,
	);
}
