import { reasonOf, sleep } from '../compat/sleep';
import { cancelSignals } from './cancelSignals';

/**
 * Waits, or ends when the signal fires. However many pause with one signal, it has one listener.
 *
 * @param ms milliseconds
 * @throws the signal's reason when it fires before
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
	if (!signal) return await sleep(ms);
	if (signal.aborted) throw reasonOf(signal);
	const over = new AbortController();
	const leave = cancelSignals.on(signal, () => over.abort(signal.reason));
	try {
		await sleep(ms, over.signal);
	} finally {
		leave();
	}
}
