import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { inputsOfBlock } from '../../../client/agents/blockLayout';
import { blockTitle, isRunnable } from '../../../client/agents/blocks';
import type { Block } from '../../../client/contract/types';
import { inputsOf } from '../../../client/inputs/inputs';
import { clientFor, searchRows } from '../../shared/rows';

function picksDriveFiles(block: Block): boolean {
	const inputs = inputsOf({ input_schema: inputsOfBlock(block) }) ?? [];
	return inputs.some(({ kind }) => kind === 'drive');
}

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
						// A file of Google Drive can be picked in AutoGPT's app alone.
						name: blockTitle(block) + (picksDriveFiles(block) ? ' (Picks Google Drive Files)' : ''),
						value: block.id,
						description: block.description || undefined,
					}
				: undefined,
		filter,
		paginationToken,
	);
}
