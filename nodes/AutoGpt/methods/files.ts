import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { clientFor, searchRows } from '../../shared/rows';

/** Fills the list of files, newest first. */
export async function searchFiles(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	return await searchRows(
		client,
		'listFiles',
		{},
		(file) => ({ name: file.name, value: file.id, description: file.mime_type }),
		filter,
		paginationToken,
	);
}
