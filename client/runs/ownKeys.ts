import type { AutoGptClient } from '../http/client';
import type { PlatformError } from '../errors/platformError';
import type { AgentRunRequest, LibraryAgent, Run } from '../contract/types';
import { surelyDiffer } from './inputsCompared';

/** A start under a key that the user may have chosen. */
interface KeyedStart {
	agent?: LibraryAgent;
	/** The graph of the agent that was started. */
	graphId?: string;
	body: AgentRunRequest;
	isOwnKey: boolean;
}

/**
 * Holds a run against what was asked for: older servers answer a used key with the first run,
 * whatever was asked for this time. Inputs that only look otherwise prove nothing: the run may be
 * the one that was just started, and paid for.
 *
 * @returns what to throw when the run is another's
 */
export function otherRun(
	client: AutoGptClient,
	{ agent, body, graphId, isOwnKey }: KeyedStart,
	run: Run,
): PlatformError | undefined {
	if (!isOwnKey) return undefined;
	const otherAgent = graphId !== undefined && run.graph_id !== graphId;
	if (!otherAgent && !surelyDiffer(run.inputs, body.inputs ?? {}, agent)) return undefined;
	return client.error({
		message: `The idempotency key was used before, for ${otherAgent ? 'another agent' : 'other inputs'}`,
		description: `It belongs to run '${run.id}', and nothing new was started. Use another key for this run.`,
		outcome: 'refused',
	});
}

/** Adds to a refusal what it means for a user's own key (contract: behaviour.md section 8). */
export function explainOwnKey(
	client: AutoGptClient,
	{ agent, isOwnKey }: KeyedStart,
	error: PlatformError,
): PlatformError {
	const { code, failure, status } = error;
	const description = error.description ?? '';
	// The agent was just read, so what is gone is the run of the key.
	if (isOwnKey && status === 404 && agent) {
		return client.error({
			message: 'The run of this idempotency key was deleted, and nothing new was started',
			description: `Use another key to run the agent again. ${description}`.trim(),
			...{ status, code, failure },
			outcome: 'refused',
		});
	}
	if (!isOwnKey || status !== 422) return error;
	return client.error({
		message: error.message,
		description: `${description} If the idempotency key was used in the last 24 hours, it stays with that agent and those inputs: use another key.`,
		...{ status, code, failure },
		outcome: 'refused',
	});
}
