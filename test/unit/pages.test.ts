import { AutoGptClient } from '../../client/http/client';
import type { Connection, N8nFunctions } from '../../client/connection/connection';
import { readList, type ListEndpoint, type ListOptions } from '../../client/http/pages';

/** A list to which a row is added in front whenever a page was read, by page number. */
function growing(rows: object[], added: object): AutoGptClient {
	const client = new AutoGptClient({} as N8nFunctions, {} as Connection);
	let all = rows;
	jest.spyOn(client, 'call').mockImplementation(async (_, options) => {
		const { limit = 0, cursor = '0' } = (options as ListOptions<'listRuns'>).query ?? {};
		const start = Number(cursor);
		const end = start + limit;
		const page = {
			items: all.slice(start, end),
			next_cursor: end < all.length ? String(end) : null,
		};
		all = [added, ...all];
		return await Promise.resolve(page as never);
	});
	return client;
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
