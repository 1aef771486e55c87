import { RateLimiter } from '../../client/process/rateLimiter';

const LIMITS = ['all requests', 'start'];

function headers(limit: number, remaining: number, resetSeconds: number) {
	return {
		'x-ratelimit-limit': String(limit),
		'x-ratelimit-remaining': String(remaining),
		'x-ratelimit-reset': String(resetSeconds),
	};
}

const pause = async (ms: number) => await new Promise((resume) => setTimeout(resume, ms));

describe('The rate limiter', () => {
	/** A rate limiter that has learned of a limit of ten, which is used up for a second. */
	async function usedUp(): Promise<RateLimiter> {
		const limiter = new RateLimiter();
		await limiter.acquire(LIMITS);
		limiter.release(LIMITS, headers(10, 0, 1));
		return limiter;
	}

	function crowd(limiter: RateLimiter, count: number) {
		const acquired = { count: 0 };
		const over = new AbortController();
		for (let index = 0; index < count; index++) {
			const acquiring = limiter.acquire(LIMITS, over.signal);
			acquiring.then(
				() => (acquired.count += 1),
				() => undefined,
			);
		}
		return { acquired, end: () => over.abort() };
	}

	test('lets nobody through while a limit is used up', async () => {
		const { acquired, end } = crowd(await usedUp(), 5);
		await pause(300);
		expect(acquired.count).toBe(0);
		end();
	});

	test('lets no more through than a window holds when the next one begins', async () => {
		const limiter = await usedUp();
		const { acquired, end } = crowd(limiter, 30);
		await pause(2_200);
		expect(acquired.count).toBe(10);
		// Another worker has used six of them.
		for (let index = 0; index < 10; index++) limiter.release(LIMITS, headers(10, 0, 60));
		await pause(100);
		expect(acquired.count).toBe(10);
		end();
	});

	test.each([-3_600_000, 3_600_000])(
		'keeps to the window when the clock of n8n is put right by %d ms',
		async (ms) => {
			const limiter = await usedUp();
			const { now } = Date;
			const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + ms);
			const { acquired, end } = crowd(limiter, 30);
			await pause(300);
			expect(acquired.count).toBe(0);
			await pause(1_900);
			expect(acquired.count).toBe(10);
			clock.mockRestore();
			end();
		},
	);

	test('goes on where the server sends its limits no more', async () => {
		const limiter = await usedUp();
		const { acquired, end } = crowd(limiter, 30);
		await pause(2_200);
		for (let index = 0; index < 10; index++) limiter.release(LIMITS, {});
		await pause(100);
		expect(acquired.count).toBe(30);
		end();
	});

	test('is in use while requests wait or are under way', async () => {
		const limiter = await usedUp();
		expect(limiter.isInUse).toBe(false);
		const { end } = crowd(limiter, 1);
		expect(limiter.isInUse).toBe(true);
		end();
		await pause(10);
		expect(limiter.isInUse).toBe(false);
		await limiter.acquire(['another']);
		expect(limiter.isInUse).toBe(true);
		limiter.release(['another'], {});
		expect(limiter.isInUse).toBe(false);
	});

	test('holds nobody back before the server has sent anything', async () => {
		const { acquired, end } = crowd(new RateLimiter(), 500);
		await pause(50);
		expect(acquired.count).toBe(500);
		end();
	});
});
