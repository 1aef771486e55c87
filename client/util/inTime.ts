import { sleep } from '../compat/sleep';

/**
 * Waits for an answer that no signal can end, but no longer than this; it goes on unheard.
 *
 * @param ms milliseconds
 * @param late makes the error for an answer that does not come in that time
 */
export async function inTime<T>(answer: Promise<T>, ms: number, late: () => Error): Promise<T> {
	const answered = new AbortController();
	const silence = async (): Promise<never> => {
		await sleep(ms, answered.signal);
		throw late();
	};
	try {
		return await Promise.race([answer, silence()]);
	} finally {
		answered.abort();
	}
}
