import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { clientFor, searchRows } from '../../shared/rows';

/** Fills the list of the account's own submissions to the marketplace. */
export async function searchSubmissions(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchRows(
		await clientFor(this),
		'listSubmissions',
		{},
		({ name, listing_version, listing_version_id, submission_status }) => ({
			name: `${name}, version ${listing_version}, ${submission_status.toLowerCase()}`,
			value: listing_version_id,
		}),
		filter,
		paginationToken,
	);
}
