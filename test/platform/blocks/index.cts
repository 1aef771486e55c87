import { basicBlocks } from './basic.cts';
import type { BlockSpec } from './block.cts';
import { inputBlocks } from './inputs.cts';
import { specialBlocks } from './special.cts';

/** All blocks of the stand-in, by id; every one of them works. */
export const blocks: ReadonlyMap<string, BlockSpec> = new Map(
	[...inputBlocks, ...basicBlocks, ...specialBlocks].map((spec) => [spec.block.id, spec]),
);
