import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { PlatformError } from '../../../platform/errors';
import type { NodeFailure } from './operation';

/** Causes that pass by themselves, so that n8n's Retry On Fail helps. */
const PASSING_CAUSES: readonly string[] = ['rate-limited', 'temporarily-unavailable'];

/** Makes any thrown value a node error that belongs to an item. */
export function asFailure(error: unknown, node: INode, itemIndex: number): NodeFailure {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		const owner = error.context.itemIndex;
		if (owner === undefined || owner === itemIndex) {
			error.context.itemIndex = itemIndex;
			return error;
		}
		return copyFor(error, node, itemIndex);
	}
	const message = error instanceof Error ? error.message : String(error);
	return new NodeOperationError(node, message, { itemIndex });
}

/** One fault that hits several items is reported to each of them. */
function copyFor(error: NodeFailure, node: INode, itemIndex: number): NodeFailure {
	const description = error.description ?? '';
	const { message, failure } = error;
	const copy =
		error instanceof PlatformError
			? new PlatformError(node, { ...error, message, description, outcome: error.outcome, failure })
			: new NodeOperationError(node, message, { description, itemIndex });
	copy.context.itemIndex = itemIndex;
	return copy;
}

/**
 * The item that stands for a failed one under Continue On Fail.
 *
 * n8n executes the whole node again when its first item has a top-level `error`, so only what may
 * pass by itself is told there.
 */
export function failedItem(failure: NodeFailure, itemIndex: number): INodeExecutionData {
	const told: IDataObject = { message: failure.message };
	if (failure.description) told.description = failure.description;
	if (failure instanceof NodeApiError && failure.httpCode) told.status = Number(failure.httpCode);
	const passes = PASSING_CAUSES.includes(failure.failure?.cause ?? '');
	return {
		json: { failure: told, ...(passes ? { error: failure.message } : {}) },
		error: failure,
		pairedItem: { item: itemIndex },
	};
}
