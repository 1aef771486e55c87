import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { clientFor, searchRows } from '../../shared/rows';

/** Fills the list of the credentials that AutoGPT keeps for other services. */
export async function searchIntegrationCredentials(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchRows(
		await clientFor(this),
		'listCredentials',
		{},
		({ id, title, provider, type }) => ({
			name: `${title || 'Untitled'} (${provider}, ${type.replaceAll('_', ' ')})`,
			value: id,
		}),
		filter,
		paginationToken,
	);
}
