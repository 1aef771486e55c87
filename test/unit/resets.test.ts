import { resetInMs, retryAfterInMs } from '../../client/util/resets';
import { RateLimiter } from '../../client/process/rateLimiter';

const NOW = '2026-11-24T10:00:00Z';
const EPOCH = Date.parse(NOW) / 1000;

describe('The end of a rate limit', () => {
	beforeEach(() => {
		jest.useFakeTimers({ now: new Date(NOW) });
	});
	afterEach(() => jest.useRealTimers());

	test.each([
		['seconds left', '17', 17_000],
		['none left', '0', 0],
		['the longest window', '300', 300_000],
		['a day', '86400', 300_000],
		['an epoch', String(EPOCH + 20), 20_000],
		['an epoch in milliseconds', String((EPOCH + 20) * 1000), 20_000],
		['an epoch that is over', String(EPOCH - 20), 0],
		['an epoch far away', String(EPOCH + 90_000), 60_000],
		['words', 'soon', undefined],
		['nothing', '', undefined],
		['a negative number', '-5', undefined],
	])('is within the longest window: %s', (_, header, wanted) => {
		expect(resetInMs({ 'x-ratelimit-reset': header })).toBe(wanted);
	});

	test('is held against the clock of the server that sent an epoch', () => {
		const date = new Date(Date.parse(NOW) + 3_600_000).toUTCString();
		const header = String(EPOCH + 3_600 + 20);
		expect(resetInMs({ 'x-ratelimit-reset': header, date })).toBe(20_000);
	});

	test.each([
		['seconds', '17', 17_000],
		['what really means long', '1000', 1_000_000],
		['an epoch', String(EPOCH + 20), 20_000],
		['an epoch far away', String(EPOCH + 90_000), 60_000],
		['a date', new Date(Date.parse(NOW) + 20_000).toUTCString(), 20_000],
		['a date far away', 'Fri, 31 Dec 2099 23:59:59 GMT', 60_000],
		['words', 'soon', undefined],
		['nothing', '', undefined],
	])('of a refusal is read where it is sent as %s', (_, header, wanted) => {
		expect(retryAfterInMs({ 'retry-after': header })).toBe(wanted);
	});

	test.each(['86400', String(EPOCH + 90_000)])(
		'lets requests wait for five minutes at most where the header says %s',
		async (header) => {
			const limiter = new RateLimiter(() => Date.now());
			await limiter.acquire(['all']);
			limiter.release(['all'], {
				'x-ratelimit-limit': '10',
				'x-ratelimit-remaining': '0',
				'x-ratelimit-reset': header,
			});
			let isThrough = false;
			const acquiring = limiter.acquire(['all']).then(() => {
				isThrough = true;
			});
			await jest.advanceTimersByTimeAsync(59_000);
			expect(isThrough).toBe(false);
			await jest.advanceTimersByTimeAsync(243_000);
			expect(isThrough).toBe(true);
			await acquiring;
		},
	);
});
