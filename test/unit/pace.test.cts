import { Pace } from '../../client/process/pace';
import { monotonicNow } from '../../client/util/monotonic';

const SPAN_MS = 150;

describe('A pace', () => {
	it('lets so many through in any span, and the next one when the first is out of it', async () => {
		const pace = new Pace(2, SPAN_MS);
		const began = monotonicNow();
		await pace.take();
		await pace.take();
		expect(monotonicNow() - began).toBeLessThan(SPAN_MS);
		await pace.take();
		expect(monotonicNow() - began).toBeGreaterThanOrEqual(SPAN_MS);
		const third = monotonicNow();
		await pace.take();
		await pace.take();
		expect(monotonicNow() - third).toBeGreaterThanOrEqual(SPAN_MS);
	});

	it('is in use while one waits, or counts against the next one', async () => {
		const pace = new Pace(1, SPAN_MS);
		expect(pace.isInUse).toBe(false);
		await pace.take();
		expect(pace.isInUse).toBe(true);
		const waiting = pace.take();
		await new Promise((resume) => setTimeout(resume, SPAN_MS + 10));
		expect(pace.isInUse).toBe(true);
		await waiting;
		await new Promise((resume) => setTimeout(resume, SPAN_MS + 10));
		expect(pace.isInUse).toBe(false);
	});

	it('lets go of who is stopped, and does not count it', async () => {
		const pace = new Pace(1, SPAN_MS);
		await pace.take();
		const over = new AbortController();
		const waiting = pace.take(over.signal);
		over.abort(new Error('Stop'));
		await expect(waiting).rejects.toThrow('Stop');
		await new Promise((resume) => setTimeout(resume, SPAN_MS + 10));
		expect(pace.isInUse).toBe(false);
	});
});
