import { isObject, type JsonObject } from '../util/json';
import type { AutoGptClient } from '../http/client';
import type { PlatformError } from '../errors/platformError';
import { sameJson } from '../util/canonicalJson';
import type { AgentRunRequest, LibraryAgent, Run } from '../contract/types';

/** A start under a key that the user may have chosen. */
interface KeyedStart {
	agent?: LibraryAgent;
	body: AgentRunRequest;
	isOwnKey: boolean;
}

/**
 * Whether a run has the inputs that were sent. Servers may store them in the types of the agent,
 * and fill in what was left out.
 */
export function sameInputs(stored: JsonObject, sent: JsonObject, agent?: LibraryAgent): boolean {
	const properties: JsonObject = agent?.input_schema.properties ?? {};
	const isDefault = (name: string, value: unknown) => {
		const property = properties[name];
		return value === null || (isObject(property) && sameValue(value, property.default));
	};
	const names = new Set([...Object.keys(stored), ...Object.keys(sent)]);
	return [...names].every((name) => {
		if (name in stored && name in sent) return sameValue(stored[name], sent[name]);
		return name in sent ? isDefault(name, sent[name]) : isDefault(name, stored[name]);
	});
}

function sameValue(stored: unknown, sent: unknown): boolean {
	const isPlain = [stored, sent].every((value) => value !== null && typeof value !== 'object');
	return sameJson(stored, sent) || (isPlain && String(stored) === String(sent));
}

/**
 * Holds a run against what was asked for: older servers answer a used key with the first run,
 * whatever was asked for this time.
 *
 * @returns what to throw when the run is another's
 */
export function otherRun(
	client: AutoGptClient,
	{ agent, body, isOwnKey }: KeyedStart,
	run: Run,
): PlatformError | undefined {
	if (!isOwnKey) return undefined;
	const otherAgent = agent !== undefined && run.graph_id !== agent.graph_id;
	const otherInputs = isObject(run.inputs) && !sameInputs(run.inputs, body.inputs ?? {}, agent);
	if (!otherAgent && !otherInputs) return undefined;
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
