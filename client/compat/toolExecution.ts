import type { IExecuteFunctions } from 'n8n-workflow';

/** What n8n before 2.3 may lack. */
type Functions = object & Partial<Pick<IExecuteFunctions, 'isToolExecution'>>;

/**
 * Whether an AI agent calls the node as a tool, outside of n8n's own way through the workflow.
 *
 * n8n before 2.3 does not say so, but its context for parts of AI agents alone can be cloned. From
 * 2.3 on `isToolExecution` does.
 */
export function isToolExecution(functions: Functions): boolean {
	return functions.isToolExecution?.() ?? 'cloneWith' in functions;
}
