import { RateLimiter } from '../../client/http/rateLimits';

const LIMITS = ['all requests', 'start'];

function headers(limit: number, remaining: number, resetSeconds: number) {
	return {
		'x-ratelimit-limit': String(limit),
		'x-ratelimit-remaining': String(remaining),
		'x-ratelimit-reset': String(resetSeconds),
	};
}

const pause = async (ms: number) => await new Promise((resume) => setTimeout(resume, ms));

describe('The pacer', () => {
	/** A pacer that has learned of a limit of ten, which is used up for a second. */
	async function usedUp(): Promise<RateLimiter> {
		const pacer = new RateLimiter();
		await pacer.admit(LIMITS);
		pacer.settle(LIMITS, headers(10, 0, 1));
		return pacer;
	}

	function crowd(pacer: RateLimiter, count: number) {
		const admitted = { count: 0 };
		const over = new AbortController();
		for (let index = 0; index < count; index++) {
			const admission = pacer.admit(LIMITS, over.signal);
			admission.then(
				() => (admitted.count += 1),
				() => undefined,
			);
		}
		return { admitted, end: () => over.abort() };
	}

	test('lets nobody through while a limit is used up', async () => {
		const { admitted, end } = crowd(await usedUp(), 5);
		await pause(300);
		expect(admitted.count).toBe(0);
		end();
	});

	test('lets no more through than a window holds when the next one begins', async () => {
		const pacer = await usedUp();
		const { admitted, end } = crowd(pacer, 30);
		await pause(2_200);
		expect(admitted.count).toBe(10);
		// Another worker has used six of them.
		for (let index = 0; index < 10; index++) pacer.settle(LIMITS, headers(10, 0, 60));
		await pause(100);
		expect(admitted.count).toBe(10);
		end();
	});

	test('goes on where the server tells its limits no more', async () => {
		const pacer = await usedUp();
		const { admitted, end } = crowd(pacer, 30);
		await pause(2_200);
		for (let index = 0; index < 10; index++) pacer.settle(LIMITS, {});
		await pause(100);
		expect(admitted.count).toBe(30);
		end();
	});

	test('holds nobody back before the server has told anything', async () => {
		const { admitted, end } = crowd(new RateLimiter(), 500);
		await pause(50);
		expect(admitted.count).toBe(500);
		end();
	});
});
