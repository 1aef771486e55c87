import { asAnswer, isLack, PlatformError, type PlatformFault } from '../errors/platformError';
import type { AutoGptClient } from './client';
import { pause } from '../process/pause';

/** How to check whether a write took effect. */
export interface Check<T> {
	/** Reads what the write would have made; undefined when it is not there. */
	find: () => Promise<T | undefined>;
	/** Pauses before each check, in milliseconds; where it is not given, one check without a pause. */
	pausesMs?: readonly number[];
}

/** What the checks came to; `unreadable` when AutoGPT did not let itself be asked. */
export type CheckResult<T> = { found: T } | 'missing' | 'unreadable';

/** A write that AutoGPT does not recognize when it comes twice. */
export interface UnclearWrite<T> extends Check<T> {
	send: () => Promise<T>;
	/** Puts a refusal into words that fit the write; it is left as it is where this is not given. */
	refused?: (refusal: PlatformError) => Promise<PlatformError>;
	/** What to say when it stays unclear whether the write took effect. */
	unclear: (reason: PlatformError, result: 'missing' | 'unreadable') => PlatformFault;
}

/**
 * Checks whether a write took effect, until it is found or all checks are made.
 *
 * @throws what Stop in n8n raises
 */
export async function checkWrite<T>(
	client: AutoGptClient,
	{ find, pausesMs = [0] }: Check<T>,
): Promise<CheckResult<T>> {
	let result: CheckResult<T> = 'missing';
	for (const pauseMs of pausesMs) {
		if (pauseMs > 0) await pause(pauseMs, client.cancelSignal);
		const found = await find().catch(asAnswer);
		if (isLack(found)) return 'unreadable';
		if (found instanceof PlatformError) result = 'unreadable';
		else if (found === undefined) result = 'missing';
		else return { found };
	}
	return result;
}

/**
 * Sends a write once. When its outcome is unclear, it is not sent again: AutoGPT is asked whether it
 * took effect (contract: behaviour.md section 5, column Retry).
 *
 * @returns the response, or what was found
 * @throws PlatformError with outcome `refused` when it did not take effect, as `unclear` says when
 * that is not known, and what Stop in n8n raises
 */
export async function sendOnce<T>(client: AutoGptClient, write: UnclearWrite<T>): Promise<T> {
	const response = await write.send().catch(asAnswer);
	if (!(response instanceof PlatformError)) return response;
	if (response.outcome === 'refused') {
		throw write.refused ? await write.refused(response) : response;
	}
	const result = await checkWrite(client, write);
	if (typeof result !== 'string') return result.found;
	throw client.error(write.unclear(response, result));
}
