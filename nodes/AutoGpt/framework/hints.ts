import type { IExecuteFunctions } from 'n8n-workflow';

import { withoutMarkup } from '../../../client/util/markup';

/** A remark at the node, made once however many items have it. */
export interface Hint {
	message: string;
	type: 'info' | 'warning';
}

/** Shows a remark above the node's output; n8n takes it for HTML, and names in it are of others. */
export function addHint(
	functions: Pick<IExecuteFunctions, 'addExecutionHints'>,
	{ message, type }: Hint,
): void {
	functions.addExecutionHints({ message: withoutMarkup(message), type, location: 'outputPane' });
}
