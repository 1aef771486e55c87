import { AutoGptClient } from '../../client/http/client';
import type { Connection, N8nFunctions } from '../../client/connection/connection';
import { readList, type ListEndpoint, type ListOptions } from '../../client/http/pages';

/** A list that changes by `change` whenever a page was read, and counts its rows. */
function changing(
	rows: object[],
	change: (rows: object[], pages: number) => object[],
): { client: AutoGptClient; pages: () => number } {
	const client = new AutoGptClient({} as N8nFunctions, {} as Connection);
	let all = rows;
	let pages = 0;
	jest.spyOn(client, 'call').mockImplementation(async (_, options) => {
		const { limit = 0, cursor = '0' } = (options as ListOptions<'listRuns'>).query ?? {};
		const start = Number(cursor);
		const end = start + limit;
		const page = {
			items: all.slice(start, end),
			next_cursor: end < all.length ? String(end) : null,
			total_count: all.length,
		};
		pages += 1;
		all = change(all, pages);
		return await Promise.resolve(page as never);
	});
	return { client, pages: () => pages };
}

/** A list to which a row is added in front whenever a page was read. */
function growing(rows: object[], added: object): AutoGptClient {
	return changing(rows, (all) => [added, ...all]).client;
}

const hundredAndMore = (make: (index: number) => object) =>
	Array.from({ length: 105 }, (_, index) => make(index));

describe('A list that shifts while it is read', () => {
	const cases: Array<[ListEndpoint, (index: number) => object]> = [
		['listRuns', (index) => ({ id: `run-${index}`, graph_id: 'same' })],
		['listGraphVersions', (index) => ({ id: 'same', version: index })],
		[
			'listSubmissions',
			(index) => ({ listing_id: 'a', listing_version_id: `v-${index}`, graph_id: 'a' }),
		],
		['listCreators', (index) => ({ name: 'Ada', username: `ada-${index}` })],
		['listMarketplaceAgents', (index) => ({ creator: 'ada', slug: `agent-${index}` })],
		['listMarketplaceAgents', (index) => ({ creator: `ada-${index}`, slug: 'agent' })],
		['listLibraryAgentCredentials', (index) => ({ field_name: 'key', provider: `p-${index}` })],
		['listGraphCredentials', (index) => ({ field_name: `key-${index}`, provider: 'github' })],
		['listCreditTransactions', (index) => ({ transaction_key: `t-${index}`, amount_cents: 1 })],
	];

	it.each(cases)('returns each row once: %s', async (name, make) => {
		const rows = hundredAndMore(make);
		const client = growing(rows, make(1_000));
		expect(await readList(client, name, {} as ListOptions<ListEndpoint>)).toEqual(rows);
	});

	it('returns rows without a difference as often as they come', async () => {
		const rows = hundredAndMore((index) => ({ transaction_key: null, amount_cents: index }));
		const client = growing(rows, {});
		expect(await readList(client, 'listCreditTransactions', {})).toHaveLength(106);
	});
});

describe('A list without an end', () => {
	/** Pages of rows, each with a cursor of its own. */
	function endless(rowsOf: (page: number) => object[]) {
		const client = new AutoGptClient(
			{ getNode: () => ({ name: 'AutoGPT' }) } as N8nFunctions,
			{ secrets: [] as string[] } as Connection,
		);
		let pages = 0;
		jest.spyOn(client, 'call').mockImplementation(async () => {
			pages += 1;
			return await Promise.resolve({ items: rowsOf(pages), next_cursor: `${pages}` } as never);
		});
		return { read: readList(client, 'listRuns', {}), pages: () => pages };
	}

	it.each([
		['empty pages', () => [], 20],
		['the same page', () => [{ id: 'a' }, { id: 'b' }], 21],
		[
			'the same row, which says something else each time',
			(page: number) => [{ id: 'a', page }],
			21,
		],
		['a new row on each page', (page: number) => [{ id: `row ${page}` }], 5_000],
		[
			'pages that fill up again and again',
			(page: number) => (page % 10 ? [] : [{ id: page }]),
			5_000,
		],
	] as const)('is left after %s', async (_, rowsOf, most) => {
		const { read, pages } = endless(rowsOf as (page: number) => object[]);
		await expect(read).rejects.toThrow(`did not end after ${most} pages`);
		await expect(read).rejects.toHaveProperty(
			'description',
			expect.stringContaining('Turn off storing'),
		);
		expect(pages()).toBe(most);
	});
});

describe('A list from which rows go while it is read', () => {
	const run = (index: number) => ({ id: `run-${index}` });
	const rows = Array.from({ length: 250 }, (_, index) => run(index));
	const idsOf = (list: object[]) => list.map((row) => (row as { id: string }).id);

	it('is read again for the rows that moved to pages already read', async () => {
		const { client, pages } = changing(rows, (all, page) => (page === 1 ? all.slice(1) : all));
		const read = await readList(client, 'listRuns', {});
		expect(new Set(idsOf(read))).toEqual(new Set(idsOf(rows)));
		expect(read).toHaveLength(250);
		expect(pages()).toBe(6);
	});

	it('is not read again for rows that come', async () => {
		const { client, pages } = changing(rows, (all, page) =>
			page === 1 ? [run(250), ...all] : all,
		);
		expect(await readList(client, 'listRuns', {})).toHaveLength(250);
		expect(pages()).toBe(3);
	});

	it('ends, however long rows go on going', async () => {
		const { client, pages } = changing(rows, (all) => all.slice(1));
		expect((await readList(client, 'listRuns', {})).length).toBeGreaterThan(240);
		expect(pages()).toBe(9);
	});

	it('ends where a cursor comes again', async () => {
		const client = new AutoGptClient({} as N8nFunctions, {} as Connection);
		let pages = 0;
		jest.spyOn(client, 'call').mockImplementation(async () => {
			pages += 1;
			if (pages > 20) throw new Error('Followed for ever');
			return await Promise.resolve({ items: [run(pages)], next_cursor: 'same' } as never);
		});
		expect(await readList(client, 'listRuns', {})).toHaveLength(2);
	});

	const agents = ['listLibraryAgents', {}] as const;

	it('is read again where as many rows come at its end as go', async () => {
		const { client, pages } = changing(rows, (all, page) =>
			page === 1 ? [...all.filter((_, index) => index !== 5), run(250)] : all,
		);
		const read = idsOf(await readList(client, ...agents));
		expect(new Set(read)).toEqual(new Set(idsOf([...rows, run(250)])));
		expect(read).toHaveLength(251);
		expect(pages()).toBe(8);
	});

	it.each([
		['first', 0],
		['last', 99],
	])(
		'is read again where the %s row of its first page goes and one comes at its end',
		async (_, gone) => {
			const { client } = changing(rows, (all, page) =>
				page === 2 ? [...all.filter((__, index) => index !== gone), run(250)] : all,
			);
			const read = new Set(idsOf(await readList(client, ...agents)));
			expect(idsOf(rows).filter((id) => !read.has(id))).toEqual([]);
		},
	);

	it('is read again for a row that moved to its head', async () => {
		const { client, pages } = changing(rows, (all, page) =>
			page === 1 ? [run(150), ...all.filter((_, index) => index !== 150)] : all,
		);
		const read = await readList(client, 'listRuns', {});
		expect(new Set(idsOf(read))).toEqual(new Set(idsOf(rows)));
		expect(pages()).toBe(6);
	});

	it('is looked at no more after three passes, however it moves', async () => {
		const { client, pages } = changing(rows, (all, page) =>
			page % 4 === 1 ? [...all.filter((_, index) => index !== 5), run(1_000 + page)] : all,
		);
		await readList(client, ...agents);
		// Three pages each, and a look after the first two.
		expect(pages()).toBe(11);
	});

	it('is not read again where its rows cannot be told from others', async () => {
		const nameless = Array.from({ length: 250 }, (_, index) => ({ name: `agent ${index}` }));
		const { client, pages } = changing(nameless, (all, page) => (page === 1 ? all.slice(1) : all));
		expect(await readList(client, ...agents)).toHaveLength(249);
		expect(pages()).toBe(3);
	});

	it('is not read again where rows only come, wherever they do', async () => {
		const head = changing(rows, (all, page) => [run(1_000 + page), ...all]);
		expect(await readList(head.client, ...agents)).toHaveLength(250);
		expect(head.pages()).toBe(4);
		const middle = changing(rows, (all, page) =>
			page === 1 ? [...all.slice(0, 50), run(1_000), ...all.slice(50)] : all,
		);
		expect(await readList(middle.client, ...agents)).toHaveLength(250);
		expect(middle.pages()).toBe(4);
	});

	it('costs one request more than its pages, and none where rows only come before all others', async () => {
		const pagesOf = async (
			count: number,
			name: ListEndpoint,
			query: object = {},
			limit = Infinity,
		): Promise<number> => {
			const { client, pages } = changing(rows.slice(0, count), (all) => all);
			await readList(client, name, { query } as ListOptions<ListEndpoint>, limit);
			return pages();
		};
		expect(await pagesOf(250, 'listLibraryAgents')).toBe(4);
		expect(await pagesOf(100, 'listLibraryAgents')).toBe(1);
		expect(await pagesOf(250, 'listLibraryAgents', {}, 1_000)).toBe(3);
		expect(await pagesOf(250, 'listRuns')).toBe(3);
		expect(await pagesOf(250, 'listCreditTransactions')).toBe(3);
		expect(await pagesOf(250, 'listRuns', { statuses: ['QUEUED'] })).toBe(4);
	});

	it('is read once where nothing moves, where one page holds it, and by a search', async () => {
		const still = changing(rows, (all) => all);
		await readList(still.client, 'listRuns', {});
		expect(still.pages()).toBe(3);
		const short = changing(rows.slice(0, 50), () => []);
		await readList(short.client, 'listRuns', {});
		expect(short.pages()).toBe(1);
		const search = changing(rows, (all) => all.slice(1));
		await readList(search.client, 'search', { query: { query: 'a' } } as ListOptions<'search'>);
		expect(search.pages()).toBe(3);
	});
});

describe('A list that is read up to a limit', () => {
	const rows = Array.from({ length: 250 }, (_, index) => ({ id: `run-${index}` }));
	const still = () => changing(rows, (all) => all);

	it.each([
		[0, 0],
		[-1, 0],
		[1, 1],
		[100, 1],
		[101, 2],
		[250, 3],
		[300, 3],
	])('of %d costs %d pages', async (limit, cost) => {
		const { client, pages } = still();
		const read = await readList(client, 'listRuns', {}, limit);
		expect(read).toEqual(rows.slice(0, Math.max(0, limit)));
		expect(pages()).toBe(cost);
	});

	it('counts only rows that are kept', async () => {
		const { client, pages } = still();
		const isEven = ({ id }: { id: string }) => /[02468]$/.test(id);
		const read = await readList(client, 'listRuns', {}, 60, isEven);
		expect(read).toEqual(rows.filter(isEven).slice(0, 60));
		expect(pages()).toBe(2);
	});
});
