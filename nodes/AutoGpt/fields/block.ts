import type { INodeProperties } from 'n8n-workflow';

import { locatorField } from '../../shared/locator';

/** Names one block that can be run on its own. */
export const blockField: INodeProperties = locatorField({
	displayName: 'Block',
	name: 'blockId',
	description: 'The block to run',
	search: 'searchBlocks',
	thing: 'a block',
	example: 'db7d8f02-2f44-4c55-ab7a-eae0941f0c30',
	hint: 'The ID of the block, as Block > Get Many returns it',
});
