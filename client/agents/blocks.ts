import type { AutoGptClient } from '../http/client';
import { eachRow } from '../http/pages';
import { AnswerCache, SharedAnswers } from '../http/sharedAnswers';
import type { Block, LibraryAgent } from '../contract/types';

/** Types of blocks that do their work when an agent runs; the others start or frame agents. */
const RUNNABLE: readonly string[] = ['STANDARD', 'AI', 'AYRSHARE', 'HUMAN_IN_THE_LOOP'];

/** Whether a block can be run on its own. */
export function isRunnable({ block_type }: Pick<Block, 'block_type'>): boolean {
	return RUNNABLE.includes(block_type);
}

/** A block's name as AutoGPT's builder shows it: `FillTextTemplateBlock` is `Fill Text Template`. */
export function blockTitle({ name }: Pick<Block, 'name'>): string {
	const words = name
		.replace(/Block$/, '')
		.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
		.replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2');
	return words.trim() || name;
}

/** Begins the name of an agent that was made to run one block. */
const NAME_START = 'Block: ';
/** Stands in the description of such an agent, before the ID of the block. */
const TAG = 'n8n-nodes-autogpt block';

/** What the user knows something by that runs. */
export interface Known {
	thing: 'agent' | 'block';
	name: string;
}

/** The name of the agent that runs a block. */
export function blockAgentName(block: Pick<Block, 'name'>): string {
	return NAME_START + blockTitle(block);
}

/** By this text in their descriptions the agents are found that run a block. */
export function blockTag({ id }: Pick<Block, 'id'>): string {
	return `${TAG} ${id} `;
}

/** What an agent is for the user: one that was made to run a block is that block. */
export function knownAs({ name, description }: Pick<LibraryAgent, 'name' | 'description'>): Known {
	if (!description?.includes(TAG)) return { thing: 'agent', name };
	return {
		thing: 'block',
		name: name.startsWith(NAME_START) ? name.slice(NAME_START.length) : name,
	};
}

class KeptBlocks extends AnswerCache<Block> {}

class KnownBlocks extends SharedAnswers<Block> {
	constructor() {
		// A block may become another one with an update of the server, which no version shows.
		super(KeptBlocks, () => false);
	}
}

async function search(client: AutoGptClient, id: string): Promise<Block> {
	for await (const block of eachRow(client, 'listBlocks', {})) {
		if (block.id === id) return block;
	}
	throw client.error({
		message: `The block '${id}' was not found`,
		description: 'Check the ID: Block > Get Many lists the blocks that this AutoGPT server has.',
		status: 404,
		outcome: 'refused',
		failure: { cause: 'configuration-invalid' },
	});
}

/**
 * Finds a block in the list, once for an execution: the API reads none alone.
 *
 * @throws PlatformError with status 404
 */
export async function findBlock(client: AutoGptClient, id: string): Promise<Block> {
	const known = client.session.of(KnownBlocks);
	return await known.get(client, id, async () => await search(client, id));
}
