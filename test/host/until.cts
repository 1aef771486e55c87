import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 100;

/** Asks until there is an answer. */
export async function until<T>(
	timeoutMs: number,
	what: string,
	ask: () => Promise<T | undefined>,
): Promise<T> {
	for (const deadline = Date.now() + timeoutMs; Date.now() < deadline;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		await delay(POLL_INTERVAL_MS);
	}
	throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`);
}
