import { inputsOfBlock } from '../../../client/agents/blockLayout';
import { blockTitle, isRunnable } from '../../../client/agents/blocks';
import type { Block } from '../../../client/contract/types';
import { inputsOf } from '../../../client/inputs/inputs';
import { listSearch } from '../../shared/rows';

function picksDriveFiles(block: Block): boolean {
	const inputs = inputsOf({ input_schema: inputsOfBlock(block) }) ?? [];
	return inputs.some(({ kind }) => kind === 'drive');
}

/** Fills the list of blocks with those that can be run on their own. */
export const searchBlocks = listSearch('listBlocks', (block) => {
	if (!isRunnable(block)) return undefined;
	return {
		// A file of Google Drive can be picked in AutoGPT's app alone.
		name: blockTitle(block) + (picksDriveFiles(block) ? ' (Picks Google Drive Files)' : ''),
		value: block.id,
		description: block.description || undefined,
	};
});
