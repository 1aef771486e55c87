import { describesV2, readV1Description } from '../../client/contract/v1/described';
import { v1Endpoints } from '../../client/contract/v1/endpoints';
import { Pace } from '../../client/process/pace';
import { ServedApi } from '../../client/process/servedApi';
import { resetInMs } from '../../client/util/resets';

const MINUTE_MS = 60_000;

afterEach(() => jest.useRealTimers());

describe('When a rate limit ends', () => {
	const date = 'Thu, 26 Nov 2026 08:00:00 GMT';
	const epoch = Date.parse(date) / 1000;

	test.each([
		['seconds left, as API v2 reports them', { 'x-ratelimit-reset': '21' }, 21_000],
		[
			'an epoch by the clock of the server',
			{ date, 'x-ratelimit-reset': String(epoch + 5) },
			5_000,
		],
		['an epoch that is past', { date, 'x-ratelimit-reset': String(epoch - 5) }, 0],
		['an epoch that is far away', { date, 'x-ratelimit-reset': String(epoch + 999) }, MINUTE_MS],
		['nothing', {}, undefined],
		['no number', { 'x-ratelimit-reset': 'soon' }, undefined],
		['an empty header', { 'x-ratelimit-reset': '' }, undefined],
	])('is read from %s', (_, headers, ms) => {
		expect(resetInMs(headers)).toBe(ms);
	});
});

describe('A pace', () => {
	test('lets so many pass within its span, and the next one after it', async () => {
		const spanMs = 200;
		const pace = new Pace(2, spanMs);
		const start = Date.now();
		const waits: number[] = [];
		for (let request = 0; request < 3; request++) {
			await pace.take();
			waits.push(Date.now() - start);
		}
		expect(waits[1]).toBeLessThan(spanMs);
		expect(waits[2]).toBeGreaterThanOrEqual(spanMs);
	});

	test('ends with Stop', async () => {
		const pace = new Pace(1, MINUTE_MS);
		await pace.take();
		await expect(pace.take(AbortSignal.abort(new Error('Stop')))).rejects.toThrow();
		expect(pace.isInUse).toBe(true);
	});
});

describe('What a server says of itself', () => {
	test('is API v1 by the start that names a version, whatever else is missing', () => {
		const paths = { '/v1/graphs/{graph_id}/execute/{graph_version}': { post: {} } };
		const description = readV1Description({ paths });
		const lacking = Object.keys(v1Endpoints).filter((name) => name !== 'executeGraph');
		expect(description).toEqual({ api: 'v1', lacking });
	});

	test.each([
		[{ paths: { '/v1/graphs/{graph_id}/execute': { post: {} } } }, 'tooOld'],
		[{ paths: { '/metrics': { get: {} } } }, 'none'],
		[{}, 'none'],
		['a page', 'none'],
	])('is judged: %j', (description, api) => {
		expect(readV1Description(description)).toEqual({ api });
	});

	test('is API v2 by its list of runs', () => {
		expect(describesV2({ paths: { '/external-api/v2/runs': {} } })).toBe(true);
		expect(describesV2({ paths: { '/v1/blocks': {} } })).toBe(false);
		expect(describesV2(undefined)).toBe(false);
	});
});

describe('Which API a server serves', () => {
	test('is remembered for ten minutes, and forgotten when API v2 answers', () => {
		jest.useFakeTimers();
		const served = new ServedApi();
		served.noteV1(['getMe']);
		jest.advanceTimersByTime(10 * MINUTE_MS - 1);
		expect([served.isV1, served.lackingOfV1]).toEqual([true, ['getMe']]);
		jest.advanceTimersByTime(1);
		expect(served.isV1).toBe(false);
		served.noteV1([]);
		served.noteV2();
		expect([served.isV1, served.hadV2Lately]).toEqual([false, true]);
		jest.advanceTimersByTime(60 * MINUTE_MS);
		expect(served.hadV2Lately).toBe(false);
	});

	test('is looked for once for all who ask at the same time', async () => {
		const served = new ServedApi();
		const look = jest.fn(async () => await Promise.resolve({ api: 'none' as const }));
		await Promise.all([served.look(look), served.look(look)]);
		expect(look).toHaveBeenCalledTimes(1);
		expect(served.isInUse).toBe(false);
		await served.look(look);
		expect(look).toHaveBeenCalledTimes(2);
	});
});
