import type { Priority } from '../../client/contract/calls';
import { RateLimiter } from '../../client/process/rateLimiter';

const LIMITS = ['all requests', 'start'];

function headers(limit: number, remaining: number, resetSeconds: number) {
	return {
		'x-ratelimit-limit': String(limit),
		'x-ratelimit-remaining': String(remaining),
		'x-ratelimit-reset': String(resetSeconds),
	};
}

/** Lets time pass, in which nothing else happens than what waits for it. */
const pass = async (ms: number) => await jest.advanceTimersByTimeAsync(ms);

/** A rate limiter by the clock that the tests put forward. */
const newLimiter = () => new RateLimiter(() => Date.now());

describe('The rate limiter', () => {
	beforeEach(() => {
		jest.useFakeTimers();
	});

	afterEach(() => {
		jest.useRealTimers();
	});

	/** A rate limiter that has learned of a limit of ten, which is used up for so many seconds. */
	async function usedUp(limiter = newLimiter(), seconds = 1): Promise<RateLimiter> {
		for (let left = 9; left >= 0; left--) {
			await limiter.acquire(LIMITS);
			limiter.release(LIMITS, headers(10, left, seconds));
		}
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
		await pass(300);
		expect(acquired.count).toBe(0);
		end();
	});

	test('lets no more through than a window holds when the next one begins', async () => {
		const limiter = await usedUp();
		const { acquired, end } = crowd(limiter, 30);
		await pass(2_200);
		expect(acquired.count).toBe(10);
		// Another worker has used six of them.
		for (let index = 0; index < 10; index++) limiter.release(LIMITS, headers(10, 0, 60));
		await pass(100);
		expect(acquired.count).toBe(10);
		end();
	});

	test('goes on where the server sends its limits no more', async () => {
		const limiter = await usedUp();
		const { acquired, end } = crowd(limiter, 30);
		await pass(2_200);
		for (let index = 0; index < 10; index++) limiter.release(LIMITS, {});
		await pass(100);
		expect(acquired.count).toBe(30);
		end();
	});

	test('is in use while requests wait or are under way', async () => {
		const limiter = await usedUp();
		expect(limiter.isInUse).toBe(false);
		const { end } = crowd(limiter, 1);
		expect(limiter.isInUse).toBe(true);
		end();
		await pass(10);
		expect(limiter.isInUse).toBe(false);
		await limiter.acquire(['another']);
		expect(limiter.isInUse).toBe(true);
		limiter.release(['another'], {});
		expect(limiter.isInUse).toBe(false);
	});

	test('holds nobody back before the server has sent anything', async () => {
		const { acquired, end } = crowd(newLimiter(), 500);
		await pass(50);
		expect(acquired.count).toBe(500);
		end();
	});

	test('leaves other workers in a new window what they took of the last one, until told', async () => {
		const limiter = newLimiter();
		await limiter.acquire(LIMITS);
		// Another worker has used nine of ten.
		limiter.release(LIMITS, headers(10, 0, 1));
		const { acquired, end } = crowd(limiter, 30);
		await pass(2_200);
		expect(acquired.count).toBe(1);
		limiter.release(LIMITS, headers(10, 7, 60));
		await pass(20);
		expect(acquired.count).toBe(8);
		end();
	});

	describe('when not all fit', () => {
		const ALL = ['all requests'];
		let time = 0;
		const learned = async (limit: number, remaining: number) => {
			const limiter = new RateLimiter(() => time);
			await limiter.acquire(ALL);
			limiter.release(ALL, headers(limit, remaining, 60));
			return limiter;
		};

		/** Has so many of a kind ask, and counts those that got through. */
		function line(limiter: RateLimiter, priority: Priority, count: number, order: string[] = []) {
			const over = new AbortController();
			const through = { count: 0 };
			const waits = Array.from({ length: count }, () =>
				limiter.acquire(ALL, over.signal, priority).then(
					() => {
						through.count += 1;
						order.push(priority);
					},
					() => undefined,
				),
			);
			const leave = async () => {
				over.abort();
				await Promise.all(waits);
			};
			return { through, leave };
		}

		test.each<Priority[][]>([
			[['background', 'watch', 'read', 'write']],
			[['write', 'read', 'watch', 'background']],
		])('starts go first, then reads, checks of runs, trigger and editor: of %s', async (kinds) => {
			const limiter = await learned(200, 199);
			// What is there for each kind first is used up, and then all of the window.
			const first = { background: 30, watch: 10, read: 10, write: 10 };
			for (const kind of kinds.flatMap((each) => Array<Priority>(first[each]).fill(each))) {
				await limiter.acquire(ALL, undefined, kind);
				limiter.release(ALL, headers(200, 140, 60));
			}
			const held = Array.from({ length: 140 }, () => limiter.acquire(ALL, undefined, 'write'));
			await Promise.all(held);
			const order: string[] = [];
			const lines = kinds.map((kind) => line(limiter, kind, 1, order));
			for (let freed = 0; freed < held.length; freed++) {
				limiter.release(ALL, headers(200, 140, 60));
				await pass(0);
			}
			expect(order).toEqual(['write', 'read', 'watch', 'background']);
			for (const { leave } of lines) await leave();
		});

		test('trigger and editor leave half of a window to workflows', async () => {
			const limiter = await learned(200, 199);
			const polls = line(limiter, 'background', 244);
			await pass(5);
			expect(polls.through.count).toBeGreaterThanOrEqual(90);
			expect(polls.through.count).toBeLessThanOrEqual(110);
			const reads = line(limiter, 'read', 90);
			await pass(5);
			expect(reads.through.count).toBeGreaterThanOrEqual(85);
			await polls.leave();
			await reads.leave();
		});

		test('trigger and editor get through where workflows take all that they can', async () => {
			const limiter = await learned(200, 1);
			await limiter.acquire(ALL);
			const reads = line(limiter, 'read', 1_000);
			const polls = line(limiter, 'background', 5);
			time += 61_500;
			limiter.release(ALL, headers(200, 199, 60));
			await pass(5);
			expect(polls.through.count).toBe(5);
			await reads.leave();
			await polls.leave();
		});

		test('checks of runs keep to a pace that leaves room for starts and final reads', async () => {
			const limiter = await learned(200, 199);
			let checks = 0;
			// A minute in which a run is started and another one ends each second.
			for (let second = 0, left = 199; second < 60; second++) {
				for (const kind of ['write', 'read'] as const) {
					await limiter.acquire(ALL, undefined, kind);
					limiter.release(ALL, headers(200, --left, 60 - second));
				}
				const { through, leave } = line(limiter, 'watch', 4);
				await pass(1);
				for (let one = 0; one < through.count; one++) {
					limiter.release(ALL, headers(200, --left, 60 - second));
				}
				checks += through.count;
				await leave();
				time += 1_000;
			}
			expect(checks).toBeGreaterThanOrEqual(25);
			expect(checks).toBeLessThanOrEqual(75);
		});

		test('Stop of who was just let through leaves nothing behind', async () => {
			const limiter = await learned(200, 199);
			const over = new AbortController();
			const acquiring = limiter.acquire(ALL, over.signal);
			over.abort(new Error('Stop'));
			await expect(acquiring).rejects.toThrow('Stop');
			expect(limiter.isInUse).toBe(false);
		});
	});
});

describe('The clock of the rate limiter', () => {
	const pause = async (ms: number) => await new Promise((resume) => setTimeout(resume, ms));

	test.each([-3_600_000, 3_600_000])(
		'is not that of n8n, which may be put right by %d ms',
		async (ms) => {
			const limiter = new RateLimiter();
			await limiter.acquire(LIMITS);
			limiter.release(LIMITS, headers(10, 0, 0.5));
			const { now } = Date;
			const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + ms);
			const through = { count: 0 };
			const waiting = Array.from({ length: 5 }, async () => {
				await limiter.acquire(LIMITS);
				through.count += 1;
				limiter.release(LIMITS, headers(10, 9, 60));
			});
			await pause(300);
			expect(through.count).toBe(0);
			await Promise.all(waiting);
			clock.mockRestore();
		},
	);
});
