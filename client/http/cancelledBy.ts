import type { N8nFunctions } from '../connection/connection';

/** n8n's functions for requests that end with this signal instead of Stop; with none, they go on. */
export function cancelledBy(
	functions: N8nFunctions,
	signal: AbortSignal | undefined,
): N8nFunctions {
	return Object.create(functions, {
		getExecutionCancelSignal: { value: () => signal },
	}) as N8nFunctions;
}
