import { getEventListeners } from 'node:events';

import { cancelSignals } from '../../client/process/cancelSignals';
import { pause } from '../../client/process/pause';

describe('Pauses that share the signal of Stop', () => {
	test('have one listener, however many they are, and leave none waiting', async () => {
		const stop = new AbortController();
		const pauses = Array.from({ length: 50 }, () => pause(5, stop.signal));
		expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
		expect(cancelSignals.countOf(stop.signal)).toBe(50);
		await Promise.all(pauses);
		expect(cancelSignals.countOf(stop.signal)).toBe(0);
	});

	test('all end with it at once', async () => {
		const stop = new AbortController();
		const pauses = Array.from({ length: 50 }, () => pause(60_000, stop.signal));
		stop.abort(new Error('Stop'));
		const ended = await Promise.allSettled(pauses);
		expect(ended.every(({ status }) => status === 'rejected')).toBe(true);
		await expect(pause(1, stop.signal)).rejects.toThrow('Stop');
	});

	test('keep those who listen apart', () => {
		const stop = new AbortController();
		const heard: string[] = [];
		const listener = () => heard.push('once');
		const leave = cancelSignals.on(stop.signal, listener);
		cancelSignals.on(stop.signal, listener);
		leave();
		stop.abort();
		expect(heard).toEqual(['once']);
	});
});
