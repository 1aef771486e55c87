import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { blockTitle, isRunnable } from '../../../platform/blocks';
import type { Block } from '../../../platform/types';
import { clientFor, searchRows } from './rows';

function tokenOf({ paginationToken }: INodeListSearchResult): string | undefined {
	return typeof paginationToken === 'string' ? paginationToken : undefined;
}

/** Fills the list of blocks with those that can be run on their own. */
export async function searchBlocks(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	const runnable = new Set<unknown>();
	const toEntry = (block: Block): INodeListSearchItems => {
		if (isRunnable(block)) runnable.add(block.id);
		return {
			name: blockTitle(block),
			value: block.id,
			description: block.description || undefined,
		};
	};
	let page: INodeListSearchResult = { results: [], paginationToken };
	// A page without a block that can be run would look like the end of the list.
	do {
		page = await searchRows(client, 'listBlocks', {}, toEntry, filter, tokenOf(page));
		page.results = page.results.filter(({ value }) => runnable.has(value));
	} while (page.results.length === 0 && page.paginationToken);
	return page;
}
