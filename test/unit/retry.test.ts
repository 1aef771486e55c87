import { waitBeforeRetry } from '../../client/http/retry';

describe('The wait before a repeat', () => {
	afterEach(() => jest.useRealTimers());

	test('is what the server asks for', () => {
		const wait = waitBeforeRetry({ status: 429, retryAfterMs: 7_000 }, 1);
		expect(wait).toBeGreaterThanOrEqual(7_000);
		expect(wait).toBeLessThan(7_500);
	});

	test('ends with the minute where the server does not say how long its limit lasts', () => {
		jest.useFakeTimers({ now: new Date('2026-11-24T10:00:42Z') });
		const wait = waitBeforeRetry({ status: 429 }, 1);
		expect(wait).toBeGreaterThanOrEqual(18_000);
		expect(wait).toBeLessThanOrEqual(19_000);
	});

	test('grows from try to try for anything else', () => {
		for (const [tries, most] of [
			[1, 500],
			[3, 2_000],
			[9, 16_000],
		] as const) {
			const wait = waitBeforeRetry({ status: 503 }, tries);
			expect(wait).toBeGreaterThanOrEqual(most / 2);
			expect(wait).toBeLessThanOrEqual(most);
		}
	});
});
