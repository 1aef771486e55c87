import type { AutoGptClient } from './client';

/** Beyond, timers do not count. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Does something until a time at the latest: its requests and pauses end then.
 *
 * @param at in milliseconds since the epoch; Infinity for no such time
 * @param task gets the client to use
 * @returns undefined when it was not done by then
 * @throws what the task throws before, and what Stop in n8n raises
 */
export async function doneBy<T>(
	client: AutoGptClient,
	at: number,
	task: (client: AutoGptClient) => Promise<T>,
): Promise<T | undefined> {
	const leftMs = Math.ceil(at - Date.now());
	if (leftMs <= 0) return undefined;
	if (leftMs > LONGEST_TIMER_MS) return await task(client);
	const over = AbortSignal.timeout(leftMs);
	return await task(client.endingWith(over)).catch((error: unknown) => {
		if (over.aborted && !client.cancelSignal?.aborted) return undefined;
		throw error;
	});
}
