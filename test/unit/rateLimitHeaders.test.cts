import type { Priority } from '../../client/contract/calls';
import { GLOBAL_LIMIT, RateLimiter } from '../../client/process/rateLimiter';

const ALL = [GLOBAL_LIMIT];
const MINUTE_MS = 60_000;

function headers(limit: unknown, remaining: unknown, resetSeconds: unknown) {
	return {
		'x-ratelimit-limit': limit,
		'x-ratelimit-remaining': remaining,
		'x-ratelimit-reset': resetSeconds,
	};
}

/** Lets time pass, in which nothing else happens than what waits for it. */
const pass = async (ms: number) => await jest.advanceTimersByTimeAsync(ms);

beforeEach(() => {
	jest.useFakeTimers();
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

/** A rate limiter that has had a response with these headers. */
async function told(first: object, ...more: object[]): Promise<RateLimiter> {
	const limiter = new RateLimiter(() => Date.now());
	for (let sent = 0; sent <= more.length; sent++) await limiter.acquire(ALL, undefined, 'write');
	for (const each of [first, ...more]) limiter.release(ALL, { ...each });
	return limiter;
}

/** Has so many ask, and counts those that got through. */
function crowd(
	limiter: RateLimiter,
	count: number,
	{ priority = 'write', limits = ALL }: { priority?: Priority; limits?: string[] } = {},
) {
	const over = new AbortController();
	const through = { count: 0 };
	const waits = Array.from({ length: count }, () =>
		limiter.acquire(limits, over.signal, priority).then(
			() => (through.count += 1),
			() => undefined,
		),
	);
	const leave = async () => {
		over.abort(new Error('Stop'));
		await Promise.all(waits);
	};
	return { through, leave };
}

/** How many get through at once. */
async function room(limiter: RateLimiter, priority: Priority = 'write'): Promise<number> {
	const { through, leave } = crowd(limiter, 300, { priority });
	await pass(0);
	await leave();
	return through.count;
}

describe('What responses say of a limit', () => {
	it.each([
		['counts what is left', headers('10', '4', '60'), 4],
		['counts nothing where nothing is left', headers('10', '0', '60'), 0],
		['counts without the size of a window', headers(undefined, '4', '60'), 4],
		['counts where the size makes no sense', headers('0', '4', '60'), 4],
		['says nothing without a count', headers('10', undefined, '60'), 300],
		['says nothing with a count below zero', headers('10', '-1', '60'), 300],
		['says nothing with a count that is no number', headers('10', 'few', '60'), 300],
		['says nothing without the end of the window', headers('10', '4', undefined), 300],
	])('%s', async (_, facts, count) => {
		expect(await room(await told(facts))).toBe(count);
	});

	it('counts the lowest where responses of one window overtake each other', async () => {
		const left = await room(await told(headers(10, 3, 60), headers(10, 7, 60)));
		expect(left).toBeGreaterThanOrEqual(2);
		expect(left).toBeLessThanOrEqual(3);
		expect(await room(await told(headers(10, 7, 60), headers(10, 3, 60)))).toBe(3);
	});

	it('takes ends of a window that differ by rounding for one window', async () => {
		expect(await room(await told(headers(10, 0, 60), headers(10, 9, 61)))).toBe(0);
		expect(await room(await told(headers(10, 0, 60), headers(10, 9, 59)))).toBe(0);
		expect(await room(await told(headers(10, 0, 60), headers(10, 9, 62)))).toBe(9);
	});

	it('counts nothing of a window that is over', async () => {
		expect(await room(await told(headers(10, 0, 60), headers(10, 9, 1)))).toBe(0);
	});

	it.each([
		['nothing', {}],
		['no number', headers(10, 'few', 62)],
		['no number that ends', headers(10, 'Infinity', 62)],
	])('stays where a later response says %s', async (_, later) => {
		expect(await room(await told(headers(10, 0, 60), later))).toBe(0);
	});

	it('is for the last of the limits that a request counts against', async () => {
		const limiter = new RateLimiter(() => Date.now());
		await limiter.acquire(['all', 'start']);
		limiter.release(['all', 'start'], headers(10, 0, 60));
		const start = crowd(limiter, 5, { limits: ['all', 'start'] });
		const others = crowd(limiter, 5, { limits: ['all'] });
		await pass(0);
		expect([start.through.count, others.through.count]).toEqual([0, 5]);
		await start.leave();
		await others.leave();
	});

	it('counts requests that ended without headers, until the next response', async () => {
		const limiter = await told(headers(10, 5, 60));
		await limiter.acquire(ALL, undefined, 'write');
		limiter.release(ALL);
		expect(await room(limiter)).toBe(4);
	});
});

describe('A window that is used up', () => {
	it.each([
		[0, 250],
		[1, 750],
	])('is waited for to its end, and a little longer (chance %d)', async (chance, margin) => {
		jest.spyOn(Math, 'random').mockReturnValue(chance);
		const { through, leave } = crowd(await told(headers(10, 0, 5)), 12);
		await pass(5_000 + margin - 1);
		expect(through.count).toBe(0);
		await pass(1);
		// Others have used nine of ten, and may do so again.
		expect(through.count).toBe(1);
		await leave();
	});

	it('gives way to the next one, whatever was sent in it', async () => {
		const own = Array.from({ length: 10 }, (_, index) => headers(10, index, 5));
		const [first = {}, ...more] = own.reverse();
		const { through, leave } = crowd(await told(first, ...more), 12);
		await pass(5_250);
		expect(through.count).toBe(10);
		await leave();
	});

	it('says nothing of others when a whole minute lies between', async () => {
		const limiter = await told(headers(10, 0, 5));
		await pass(5_000 + MINUTE_MS - 1);
		expect(await room(limiter)).toBe(1);
		const later = await told(headers(10, 0, 5));
		await pass(5_000 + MINUTE_MS);
		expect(await room(later)).toBe(10);
	});

	it('lets those who wait for another limit go when theirs begins anew', async () => {
		const limiter = new RateLimiter(() => Date.now());
		for (const [name, seconds] of [
			['slow', 60],
			['quick', 2],
		] as const) {
			await limiter.acquire([name]);
			limiter.release([name], headers(1, 0, seconds));
		}
		const slow = crowd(limiter, 1, { limits: ['slow'] });
		const quick = crowd(limiter, 1, { limits: ['quick'] });
		await pass(2_250);
		expect([slow.through.count, quick.through.count]).toEqual([0, 1]);
		await slow.leave();
		await pass(0);
		expect(jest.getTimerCount()).toBe(0);
	});

	it('holds nothing once all have left', async () => {
		const limiter = await told(headers(10, 0, 60));
		const { leave } = crowd(limiter, 3);
		expect(limiter.isInUse).toBe(true);
		await leave();
		await pass(0);
		expect(limiter.isInUse).toBe(false);
		expect(jest.getTimerCount()).toBe(0);
		await pass(MINUTE_MS);
		await limiter.acquire(ALL);
		expect(limiter.isInUse).toBe(true);
	});

	it('is not waited for by who was stopped before', async () => {
		const limiter = await told(headers(10, 9, 60));
		const stopped = limiter.acquire(ALL, AbortSignal.abort(new Error('Stop')));
		await expect(stopped).rejects.toThrow('Stop');
		expect(limiter.isInUse).toBe(false);
	});
});

describe('What others take of a window', () => {
	/** Sends so many requests of a kind, whose responses all say the same. */
	async function send(limiter: RateLimiter, count: number, facts: object, priority: Priority) {
		for (let sent = 0; sent < count; sent++) {
			await limiter.acquire(ALL, undefined, priority);
			limiter.release(ALL, { ...facts });
		}
	}

	it.each(['background', 'watch', 'read', 'write'] as const)(
		'is not what this process sends: %s',
		async (priority) => {
			const limiter = await told(headers(10, 9, 1));
			await send(limiter, 2, headers(10, 7, 1), priority);
			await pass(1_000);
			expect(await room(limiter)).toBe(10);
		},
	);

	it('leaves out what is still under way', async () => {
		const limiter = new RateLimiter(() => Date.now());
		for (let sent = 0; sent < 5; sent++) await limiter.acquire(ALL, undefined, 'write');
		// Six are counted: three of ours, and three of others.
		for (let over = 0; over < 3; over++) limiter.release(ALL, headers(10, 4, 1));
		await pass(1_000);
		expect(await room(limiter)).toBe(10 - 3 - 2);
	});

	it('is forgotten after a window of which nothing was reported', async () => {
		const limiter = await told(headers(10, 0, 1));
		await pass(1_000);
		await limiter.acquire(ALL, undefined, 'write');
		limiter.release(ALL);
		await pass(MINUTE_MS);
		expect(await room(limiter)).toBe(10);
	});

	it('may be all of it: then one request asks what there is', async () => {
		const limiter = await told(headers(10, 9, 1));
		await limiter.acquire(ALL, undefined, 'write');
		await pass(1_000);
		// Of the new window this process has sent none.
		limiter.release(ALL, headers(10, 0, 1));
		await pass(1_000);
		const { through, leave } = crowd(limiter, 5);
		await pass(0);
		expect(through.count).toBe(1);
		limiter.release(ALL, headers(10, 8, 60));
		await pass(0);
		expect(through.count).toBe(5);
		await leave();
	});
});

describe('The share of each kind', () => {
	it.each([
		['write', 200, 100, 100],
		['read', 200, 100, 100],
		// Half of the window is left to the others: what is there for it first remains.
		['background', 200, 150, 50],
		['background', 200, 60, 30],
		['background', 10, 3, 2],
		['background', 4, 1, 1],
		['watch', 200, 41, 11],
		['watch', 200, 20, 10],
		['watch', 10, 1, 1],
	] as const)('%s of %d with %d left: %d', async (priority, limit, left, count) => {
		expect(await room(await told(headers(limit, left, 60)), priority)).toBe(count);
	});

	it('checks of runs are spread over the minute after twelve', async () => {
		const limiter = await told(headers(200, 199, 60));
		const { through, leave } = crowd(limiter, 20, { priority: 'watch' });
		await pass(0);
		expect(through.count).toBe(12);
		// 40 % of what one start has left of 200 a minute: one in 754 ms.
		await pass(753);
		expect(through.count).toBe(12);
		await pass(1);
		expect(through.count).toBe(13);
		await pass(754);
		expect(through.count).toBe(14);
		await leave();
	});

	it('checks of runs wait no longer than is left of the time between two', async () => {
		const limiter = await told(headers(200, 199, 60));
		const first = crowd(limiter, 12, { priority: 'watch' });
		await pass(500);
		const { through, leave } = crowd(limiter, 1, { priority: 'watch' });
		await pass(253);
		expect(through.count).toBe(0);
		await pass(1);
		expect(through.count).toBe(1);
		await leave();
		await first.leave();
	});

	it('checks of runs take what comes together after a quiet time, and no more', async () => {
		const limiter = await told(headers(200, 199, 60));
		const first = crowd(limiter, 12, { priority: 'watch' });
		await pass(40_000);
		const { through, leave } = crowd(limiter, 20, { priority: 'watch' });
		await pass(0);
		expect(through.count).toBe(12);
		await leave();
		await first.leave();
	});

	it('checks of runs keep a tenth of the window where others take everything', async () => {
		const limiter = await told(headers(200, 0, 1));
		await pass(1_000);
		await limiter.acquire(ALL, undefined, 'write');
		limiter.release(ALL, headers(200, 199, 60));
		const { through, leave } = crowd(limiter, 20, { priority: 'watch' });
		await pass(7_499);
		expect(through.count).toBe(12);
		await pass(1);
		expect(through.count).toBe(13);
		await leave();
	});

	it('checks of runs are not held back where no limit is known', async () => {
		expect(await room(new RateLimiter(() => Date.now()), 'watch')).toBe(300);
	});
});

describe('Whether AutoGPT takes the credential', () => {
	it('is known by the last response that tells', () => {
		const limiter = new RateLimiter();
		const known = [undefined, 500, 200, undefined, 404, 403, 401, 429, 399, 400].map((status) => {
			limiter.noteCredential(status);
			return limiter.isCredentialKnown;
		});
		const refusedFirst = new RateLimiter();
		refusedFirst.noteCredential(400);
		expect(refusedFirst.isCredentialKnown).toBe(false);
		const [no, yes] = [false, true];
		expect(known).toEqual([no, no, yes, yes, yes, yes, no, no, yes, yes]);
	});
});
