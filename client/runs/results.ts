import { isObject } from '../util/json';
import type { NodeExecution, RunDetails } from '../contract/types';

/** A block that failed within a run. */
export interface FailedBlock {
	node_id: string;
	/** The block that the node is, as AutoGPT's builder names it; null where that is not known. */
	block_name: string | null;
	message: string;
}

/** Names of blocks by the IDs of the nodes that they are in a graph. */
export type BlockNames = ReadonlyMap<string, string>;

/** How a run ended, in words that separate success from "completed, but…". */
export type RunOutcome =
	'completed' | 'completedWithFailedBlocks' | 'failed' | 'stopped' | 'waitingForReview' | 'open';

/** Stands before the ID of what AutoGPT keeps no run of, such as a block that ran by itself. */
const MADE_UP = /^block-/;

/** The ID of a run as AutoGPT knows it; null for what it keeps no run of. */
export function idOf({ id }: Pick<RunDetails, 'id'>): string | null {
	return MADE_UP.test(id) ? null : id;
}

/** Outputs as lists of all their values by name, in the order in which the run returned them. */
export function allValues(run: Pick<RunDetails, 'outputs'>): Record<string, unknown[]> {
	const entries = Object.entries<unknown>(run.outputs ?? {});
	return Object.fromEntries(
		entries.map(([name, values]) => [name, Array.isArray(values) ? values : [values]]),
	);
}

/** Outputs as their last values by name. */
export function lastValues(run: Pick<RunDetails, 'outputs'>): Record<string, unknown> {
	const entries = Object.entries(allValues(run));
	return Object.fromEntries(entries.map(([name, values]) => [name, values[values.length - 1]]));
}

/** All values of those outputs that have several. */
export function severalValues(run: Pick<RunDetails, 'outputs'>): Record<string, unknown[]> {
	const entries = Object.entries(allValues(run));
	return Object.fromEntries(entries.filter(([, values]) => values.length > 1));
}

function messageOf({ outputs }: NodeExecution): string {
	const said = isObject(outputs) ? outputs.error : undefined;
	const texts = (Array.isArray(said) ? said : [said]).filter(
		(value) => value !== undefined && value !== null,
	);
	return texts
		.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
		.join('; ');
}

/**
 * The blocks that failed, with their messages: a run has no text of its own that says why
 * (contract: behaviour.md section 9).
 *
 * @param names of the graph at the run's version; a run has none itself
 */
export function failedBlocks(
	run: Pick<RunDetails, 'node_executions'>,
	names?: BlockNames,
): FailedBlock[] {
	return (run.node_executions ?? [])
		.filter(({ status }) => status === 'FAILED')
		.map((execution) => ({
			node_id: execution.node_id,
			block_name: names?.get(execution.node_id) ?? null,
			message: messageOf(execution),
		}));
}

/** How a run stands. */
export function outcomeOf(run: RunDetails): RunOutcome {
	switch (run.status) {
		case 'COMPLETED':
			return failedBlocks(run).length > 0 ? 'completedWithFailedBlocks' : 'completed';
		case 'FAILED':
			return 'failed';
		case 'TERMINATED':
			return 'stopped';
		case 'REVIEW':
			return 'waitingForReview';
		default:
			return 'open';
	}
}

/** A run without the token that opens it to anyone (contract: schema Run, `share_token`). */
export function withoutShareToken<R extends object>(run: R): Omit<R, 'share_token'> {
	return Object.fromEntries(Object.entries(run).filter(([name]) => name !== 'share_token')) as Omit<
		R,
		'share_token'
	>;
}
