import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { openClient } from '../../../client/http/openClient';
import { mapBounded } from '../../../client/util/concurrency';
import { credentialTypeOf } from '../../shared/authentication';
import { asAnyFailure, asFailure, failedItem, sendsToErrorOutput, stopping } from './failures';
import { Item } from './item';
import type { ItemOperation, Operation, ItemResult } from './operation';

async function resultsOfItems(
	operation: ItemOperation,
	items: Item[],
	stopsAtFailure: boolean,
): Promise<ItemResult[]> {
	return await mapBounded(items, operation.concurrency ?? 1, async (item): Promise<ItemResult> => {
		try {
			return { outputs: [await operation.perItem(item)].flat() };
		} catch (error) {
			const failure = asFailure(error, item.functions.getNode(), item.index);
			if (stopsAtFailure) throw failure;
			return { failure };
		}
	});
}

/** What a failure that hits all items at once, such as a broken credential, means for each. */
async function resultsOf(
	operation: Operation,
	items: Item[],
	stopsAtFailure: boolean,
): Promise<ItemResult[]> {
	if ('perItem' in operation) return await resultsOfItems(operation, items, stopsAtFailure);
	return await operation.perBatch(items, { stopsAtFailure });
}

/**
 * Carries out an operation for all items: links each output to its input, and treats failures the
 * same way for every operation.
 *
 * @throws the first item's failure, unless the node continues on failure
 */
export async function executeOperation(
	functions: IExecuteFunctions,
	operation: Operation,
): Promise<INodeExecutionData[][]> {
	const node = functions.getNode();
	const continues = functions.continueOnFail();
	const count = functions.getInputData().length;
	let results: ItemResult[];
	try {
		const client = await openClient(functions, credentialTypeOf(functions));
		const items = Array.from(
			{ length: count },
			(_, index) => new Item(functions, client, index, operation.fields),
		);
		results = await resultsOf(operation, items, !continues);
	} catch (error) {
		if (!continues) throw asAnyFailure(error, node);
		results = Array.from({ length: count }, (_, index) => ({
			failure: asFailure(error, node, index),
		}));
	}
	const rows = results.map((result, index) => linked(result, index, functions));
	if (!sendsToErrorOutput(node)) return [rows.flat()];
	// n8n tries the node again when a failed item comes first; what went well must not happen twice.
	const failed = rows.filter((_, index) => isFailed(results[index]));
	const good = rows.filter((_, index) => !isFailed(results[index]));
	return [[...good, ...failed].flat()];
}

function isFailed(result: ItemResult | undefined): boolean {
	return result !== undefined && 'failure' in result;
}

function linked(
	result: ItemResult,
	item: number,
	functions: IExecuteFunctions,
): INodeExecutionData[] {
	if ('outputs' in result) {
		return result.outputs.map((output) => ({ ...output, pairedItem: { item } }));
	}
	if (!functions.continueOnFail()) throw stopping(result);
	return [failedItem(result, functions.getNode(), item)];
}
