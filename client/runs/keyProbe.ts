import { randomUUID } from 'crypto';

import type { AutoGptClient } from '../http/client';
import { asAnswer, PlatformError } from '../errors/platformError';
import type { AgentRunRequest, Run } from '../contract/types';

/** What AutoGPT knows of an idempotency key. */
export type KeyState =
	/** The run that was started with it. */
	| { run: Run }
	/** It belongs to a start: the same start again gives its run. */
	| 'recorded'
	/** A start with it is under way. */
	| 'inFlight'
	/** Nothing: no start came, or its key was not kept. */
	| 'free'
	/** AutoGPT did not say. */
	| 'unknown';

/**
 * Asks what became of a key without starting anything: the key is looked up before the agent is
 * (contract: behaviour.md section 9), so it is sent for an agent that does not exist. Newer servers
 * refuse a key that belongs to another start (422), older ones answer with its run.
 */
export async function probeKey(
	client: AutoGptClient,
	{ body, key }: { body: AgentRunRequest; key: string },
): Promise<KeyState> {
	const response = await client
		.call('startAgentRun', {
			path: { agent_id: randomUUID() },
			body,
			idempotencyKey: key,
			repeatOnlyIfRefused: true,
		})
		.catch(asAnswer);
	if (!(response instanceof PlatformError)) return { run: response };
	if (response.status === 422) return 'recorded';
	if (response.status === 409) return 'inFlight';
	return response.status === 404 || response.status === 402 ? 'free' : 'unknown';
}
