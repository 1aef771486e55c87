import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { PlatformError } from '../../../client/errors/platformError';
import { withoutMarkup } from '../../../client/util/markup';
import type { Failed, NodeFailure } from './operation';

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
	if (error instanceof RangeError && /call stack/.test(error.message)) {
		const message = 'A value has too many lists and objects within each other';
		const description =
			'Check what the expressions of this item return, and what AutoGPT returned.';
		return new NodeOperationError(node, message, { itemIndex, description });
	}
	const message = error instanceof Error ? error.message : String(error);
	return new NodeOperationError(node, withoutMarkup(message), { itemIndex });
}

/** One fault that hits several items is reported to each of them. */
function copyFor(error: NodeFailure, node: INode, itemIndex: number): NodeFailure {
	const description = error.description ?? '';
	const copy =
		error instanceof PlatformError
			? error.copyFor(node)
			: new NodeOperationError(node, error.message, { description, itemIndex });
	copy.context.itemIndex = itemIndex;
	return copy;
}

/** What an item that failed says; the same wherever it is put. */
function failureFacts({ failure, run }: Failed): IDataObject {
	const facts: IDataObject = { message: failure.message };
	if (failure.description) facts.description = failure.description;
	if (failure instanceof NodeApiError && failure.httpCode) facts.status = Number(failure.httpCode);
	if (run) facts.run = run;
	return facts;
}

/** A failure that stops the node: there is no item to hold the facts of its run. */
export function stopping({ failure, run }: Failed): NodeFailure {
	if (!run) return failure;
	const link = typeof run.url === 'string' ? `Open ${run.url}` : '';
	failure.description = [failure.description, `Run ID: ${String(run.id)}.`, link]
		.filter(Boolean)
		.join(' ');
	return failure;
}

/**
 * The item that stands for a failed one when the node continues on failure.
 *
 * n8n executes the whole node again when its first item has a top-level `error`, so in the regular
 * output only what may pass by itself is reported there. For an error output, n8n finds the items by
 * their `error`: by the property beside the data, of which it keeps the message only, or in the
 * data, where versions before 2.41 take it alone or with `message`.
 */
export function failedItem(failed: Failed, node: INode, itemIndex: number): INodeExecutionData {
	const pairedItem = { item: itemIndex };
	const { message, failure } = failed.failure;
	if (sendsToErrorOutput(node)) return { json: { error: failureFacts(failed) }, pairedItem };
	const error = PASSING_CAUSES.includes(failure?.cause ?? '') ? { error: message } : {};
	return { json: { failure: failureFacts(failed), ...error }, pairedItem };
}

/** Whether failed items leave by an output of their own. */
export function sendsToErrorOutput({ onError }: INode): boolean {
	return onError === 'continueErrorOutput';
}
