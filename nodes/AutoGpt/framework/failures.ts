import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { PlatformError } from '../../../client/errors/platformError';
import type { NodeFailure } from './operation';

/** Causes that pass by themselves, so that n8n's Retry On Fail helps. */
const PASSING_CAUSES: readonly string[] = ['rate-limited', 'temporarily-unavailable'];

/** Makes any thrown value a node error that belongs to some item: its own, if it has one. */
export function asAnyFailure(error: unknown, node: INode): NodeFailure {
	const isNodeError = error instanceof NodeApiError || error instanceof NodeOperationError;
	const owner = isNodeError ? error.context.itemIndex : undefined;
	return asFailure(error, node, typeof owner === 'number' ? owner : 0);
}

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

function told(failure: NodeFailure): IDataObject {
	const facts: IDataObject = { message: failure.message };
	if (failure.description) facts.description = failure.description;
	if (failure instanceof NodeApiError && failure.httpCode) facts.status = Number(failure.httpCode);
	return facts;
}

/** For the error output: n8n shows the message of such an item's error and nothing else of it. */
function inOneMessage(failure: NodeFailure, node: INode, itemIndex: number): NodeOperationError {
	const text = [failure.message, failure.description].filter(Boolean).join('. ');
	return new NodeOperationError(node, text, { itemIndex });
}

/**
 * The item that stands for a failed one when the node continues on failure.
 *
 * n8n executes the whole node again when its first item has a top-level `error`, so only what may
 * pass by itself is told there. Where the user wants an error output, n8n finds the items for it
 * by their `error` property beside the data.
 */
export function failedItem(
	failure: NodeFailure,
	node: INode,
	itemIndex: number,
): INodeExecutionData {
	const pairedItem = { item: itemIndex };
	const passes = PASSING_CAUSES.includes(failure.failure?.cause ?? '');
	const toErrorOutput = node.onError === 'continueErrorOutput';
	if (!toErrorOutput) {
		const error = passes ? { error: failure.message } : {};
		return { json: { failure: told(failure), ...error }, pairedItem };
	}
	if (passes) return { json: { error: failure.message, details: told(failure) }, pairedItem };
	return { json: {}, error: inOneMessage(failure, node, itemIndex), pairedItem };
}
