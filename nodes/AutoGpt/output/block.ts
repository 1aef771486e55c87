import { blockTitle } from '../../../client/agents/blocks';
import type { Block } from '../../../client/contract/types';
import type { Item } from '../framework/item';
import { simplified, wantedForm } from '../framework/simplify';
import type { Output } from '../framework/operation';

/** What Simplify keeps of a block. */
const SIMPLE_BLOCK = ['id', 'name', 'description', 'categories', 'block_type', 'costs'] as const;

/**
 * A block, by the name that people see in lists, messages and AutoGPT's builder; raw it has its own,
 * and so it has where the node was saved when there was no other.
 */
export function blockOutput(item: Item, block: Block): Output {
	const keepsName = item.isVersion1 || wantedForm(item) === 'raw';
	const named = keepsName ? block : { ...block, name: blockTitle(block) };
	return simplified(item, named, SIMPLE_BLOCK);
}
