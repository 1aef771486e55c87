import { basicBlocks } from './basic.cts';
import type { BlockSpec } from './block.cts';
import { inputBlocks } from './inputs.cts';
import { modelBlocks } from './models.cts';
import { specialBlocks } from './special.cts';

const known = new Map(
	[...inputBlocks, ...basicBlocks, ...specialBlocks, ...modelBlocks].map((spec) => [
		spec.block.id,
		spec,
	]),
);

/** All blocks of the emulator, by id; every one of them works. */
export const blocks: ReadonlyMap<string, BlockSpec> = known;

/** Puts a block there or in the place of another, as an update of AutoGPT does. */
export function putBlock(spec: BlockSpec): void {
	known.set(spec.block.id, spec);
}

/** Takes a block away. */
export function removeBlock(id: string): void {
	known.delete(id);
}
