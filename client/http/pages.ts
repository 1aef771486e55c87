import type { Answer, CallOptions } from '../contract/calls';
import type { AutoGptClient } from './client';
import { endpoints, type EndpointName } from '../contract/endpoints';

/** Endpoints that answer with pages of `items`. */
export type ListEndpoint = {
	[N in EndpointName]: Answer<N> extends { items: unknown[]; next_cursor: string | null }
		? N
		: never;
}[EndpointName];

/** One row of a list endpoint. */
export type Row<N extends ListEndpoint> = Answer<N> extends { items: Array<infer R> } ? R : never;

export type ListOptions<N extends ListEndpoint> = CallOptions<N>;

const PAGE_SIZE = 100;

interface Page {
	items: unknown[];
	next_cursor: string | null;
}

async function readPage<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	limit: number,
	cursor?: string,
): Promise<Page> {
	const { query: filters } = options as { query?: object };
	const query = { ...filters, limit, ...(cursor === undefined ? {} : { cursor }) };
	const answer: unknown = await client.call(name, { ...options, query } as CallOptions<N>);
	return answer as Page;
}

/** Some rows of a list, and where the rest of it is. */
export interface RowsOfPage<N extends ListEndpoint> {
	rows: Array<Row<N>>;
	/** Cursor of the next page; undefined at the end of the list. */
	next: string | undefined;
}

/**
 * Yields the pages of a list in the server's order, each row once: rows that move to a later page
 * while the list is read come again, and are left out the second time
 * (contract: behaviour.md section 7).
 *
 * @param start cursor of the page to begin with
 */
export async function* eachPage<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	pageSize = PAGE_SIZE,
	start?: string,
): AsyncGenerator<RowsOfPage<N>, void, undefined> {
	const seenRows = new Set<string>();
	const seenCursors = new Set([start]);
	let cursor = start;
	do {
		const page = await readPage(client, name, options, pageSize, cursor);
		const rows = (page.items as Array<Row<N>>).filter((row) => {
			const identity = identityOf(name, row);
			if (identity === undefined) return true;
			const isNew = !seenRows.has(identity);
			seenRows.add(identity);
			return isNew;
		});
		const next = page.next_cursor ?? undefined;
		cursor = seenCursors.has(next) ? undefined : next;
		seenCursors.add(next);
		yield { rows, next: cursor };
	} while (cursor !== undefined);
}

/**
 * Yields the rows of a list in the server's order, each once.
 *
 * @param wanted rows that will be taken at most; a short list costs one small page
 */
export async function* eachRow<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	wanted = Infinity,
): AsyncGenerator<Row<N>, void, undefined> {
	const pageSize = Math.max(1, Math.min(PAGE_SIZE, wanted));
	for await (const { rows } of eachPage(client, name, options, pageSize)) yield* rows;
}

/** What identifies rows that have no ID. */
const NAMING: { readonly [N in ListEndpoint]?: ReadonlyArray<keyof Row<N>> } = {
	listCreators: ['username'],
	listMarketplaceAgents: ['creator', 'slug'],
	listLibraryAgentCredentials: ['field_name', 'provider'],
	listGraphCredentials: ['field_name', 'provider'],
	listCreditTransactions: ['transaction_key'],
};

/**
 * What makes a row that row: its own ID, and for versions of a graph the version too; else all IDs
 * together, as for versions of a listing; else its names. Undefined for a row that lacks one.
 */
function identityOf(name: ListEndpoint, row: unknown): string | undefined {
	const fields = row as Record<PropertyKey, unknown>;
	const { keys } = endpoints[name];
	const ids = keys.includes('id') ? ['id'] : keys.filter((key) => key.endsWith('_id'));
	const naming = ids.length > 0 ? ids : (NAMING[name] ?? []);
	const values = naming.map((key) => fields[key]);
	if (values.length === 0 || !values.every((value) => typeof value === 'string')) return undefined;
	return JSON.stringify([...values, fields.version ?? null]);
}

/**
 * Reads a list up to `limit` rows, with no request more than that takes.
 *
 * @param keep leaves rows out on our side where the API has no such filter
 */
export async function readList<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	limit = Infinity,
	keep?: (row: Row<N>) => boolean,
): Promise<Array<Row<N>>> {
	const rows: Array<Row<N>> = [];
	if (limit <= 0) return rows;
	for await (const row of eachRow(client, name, options, keep ? Infinity : limit)) {
		if (!keep || keep(row)) rows.push(row);
		if (rows.length >= limit) break;
	}
	return rows;
}
