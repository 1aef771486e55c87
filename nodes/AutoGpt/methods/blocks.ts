import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { blockTitle, isRunnable } from '../../../client/agents/blocks';
import { clientFor, searchRows } from '../../shared/rows';

/** Fills the list of blocks with those that can be run on their own. */
export async function searchBlocks(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchRows(
		await clientFor(this),
		'listBlocks',
		{},
		(block) =>
			isRunnable(block)
				? {
						name: blockTitle(block),
						value: block.id,
						description: block.description || undefined,
					}
				: undefined,
		filter,
		paginationToken,
	);
}
