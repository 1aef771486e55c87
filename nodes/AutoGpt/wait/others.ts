import type { NodeFailure } from '../framework/operation';

const LONGEST_NAMED = 10;

/** Adds to a failure that stops the node which runs of other items go on without it. */
export function withOtherRuns(failure: NodeFailure, runIds: string[]): NodeFailure {
	if (runIds.length === 0) return failure;
	const ids = runIds.slice(0, LONGEST_NAMED).join(', ');
	const more = runIds.length > LONGEST_NAMED ? ` and ${runIds.length - LONGEST_NAMED} more` : '';
	failure.description = [
		failure.description,
		`Runs of other items go on in AutoGPT: ${ids}${more}. Retry On Fail goes on with them.`,
	]
		.filter(Boolean)
		.join(' ');
	return failure;
}
