import type { GraphBlockNames } from '../../client/agents/blockNames';
import type { RunDetails } from '../../client/contract/types';
import { failedBlocks, type BlockNames } from '../../client/runs/results';

/** Names for the blocks of a run that failed; undefined, and nothing is read, where none did. */
export async function failedBlockNames(
	blocks: GraphBlockNames,
	run: RunDetails,
): Promise<BlockNames | undefined> {
	return failedBlocks(run).length > 0 ? await blocks.of(run) : undefined;
}
