import { randomUUID } from 'crypto';

import type { V1Answer } from '../contract/calls';
import type { AgentRunRequest, Block, RunDetails } from '../contract/types';
import { startedRun } from './runs';
import { UNTOLD, type Adapter, type V1Server } from './server';

type V1Block = V1Answer<'listBlocks'>[number];

/** What is run: a block, by itself. */
interface BlockRun {
	blockId: string;
	body: AgentRunRequest;
	/** Called before the block is run. */
	beforeStart?: () => void;
}

const BLOCK_TYPES: ReadonlyArray<Block['block_type']> = [
	'STANDARD',
	'INPUT',
	'OUTPUT',
	'NOTE',
	'WEBHOOK',
	'WEBHOOK_MANUAL',
	'AGENT',
	'AI',
	'AYRSHARE',
	'HUMAN_IN_THE_LOOP',
];

/** `Webhook (manual)` is `WEBHOOK_MANUAL` in API v2. */
function blockType(uiType: string | undefined): Block['block_type'] {
	const words = (uiType ?? '').toUpperCase().match(/[A-Z]+/g) ?? [];
	return BLOCK_TYPES.find((one) => one === words.join('_')) ?? 'STANDARD';
}

function blockOf(block: V1Block): Block {
	return {
		id: block.id,
		name: block.name,
		description: block.description ?? '',
		categories: (block.categories ?? []).map(({ category = '', description = '' }) => ({
			category,
			description,
		})),
		contributors: (block.contributors ?? []).map(({ name }) => ({ name: String(name ?? '') })),
		input_schema: block.inputSchema,
		output_schema: block.outputSchema,
		static_output: block.staticOutput ?? false,
		block_type: blockType(block.uiType),
		// API v1 tells none.
		costs: [],
	};
}

/** All blocks at once: API v1 has no pages (contract: v1.md section 8). */
export const listBlocks: Adapter<'listBlocks'> = async (server) => {
	const items = (await server.call('listBlocks', {})).map(blockOf);
	return { items, next_cursor: null, total_count: items.length };
};

/**
 * Runs a block by itself and waits for it, in one request and without an agent made for it
 * (contract: v1.md section 7). What comes back has the shape of a finished run, with an ID made up
 * here: AutoGPT keeps none.
 */
export async function runBlock(
	server: V1Server,
	{ beforeStart, blockId, body }: BlockRun,
): Promise<RunDetails> {
	const inputs = body.inputs ?? {};
	beforeStart?.();
	const outputs = await server.call('executeBlock', {
		path: { block_id: blockId },
		body: inputs,
	});
	return {
		...startedRun(`block-${randomUUID()}`, { graphId: UNTOLD }, 'COMPLETED'),
		...{ inputs, outputs, node_executions: [] },
	};
}
