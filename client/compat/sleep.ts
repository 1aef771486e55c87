import { sleep as n8nSleep } from 'n8n-workflow';

/**
 * Waits, and ends at once when the signal fires.
 *
 * n8n's own `sleep` takes a signal from 2.34 on, and will do alone then. Before, the rest of its
 * time passes unused, and nobody waits for it.
 *
 * @param ms milliseconds
 * @param signal ends the wait, such as when the user presses Stop
 * @throws the signal's reason
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	const takesSignal = n8nSleep.length > 1;
	if (!signal || takesSignal) return await n8nSleep(ms, signal);
	if (signal.aborted) throw reasonOf(signal);
	let onAbort = () => {};
	const abortion = new Promise<never>((_, reject) => {
		onAbort = () => reject(reasonOf(signal));
	});
	signal.addEventListener('abort', onAbort, { once: true });
	try {
		await Promise.race([n8nSleep(ms), abortion]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}

/** Why a signal has fired, as an error. */
export function reasonOf({ reason }: AbortSignal): Error {
	return reason instanceof Error ? reason : new Error(String(reason));
}
