import type { RunDetails } from '../../../platform/types';
import type { Item } from '../framework/item';
import type { Output } from '../framework/operation';

/** Downloads the files among a run's outputs into binary properties. */
export async function attachFiles(
	_item: Item,
	_run: RunDetails,
	outputs: Output[],
): Promise<Output[]> {
	return outputs;
}
