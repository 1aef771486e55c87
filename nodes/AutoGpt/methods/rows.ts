import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { PlatformClient } from '../../../platform/client';
import { readConnection } from '../../../platform/connection';
import type { ListEndpoint, ListOptions, Row } from '../../../platform/pages';
import { readList } from '../../../platform/pages';
import { credentialTypeOf } from '../fields/authentication';

/** Someone waits at a dropdown: rather say what is wrong than try for minutes. */
const DROPDOWN_CALLS = { maxTries: 2, patienceMs: 5_000, timeoutMs: 20_000 };
const PAGE_SIZE = 100;
/** Rows that a search looks through at most. */
export const ROWS_SEARCHED = 2_000;

/** The client for what fills dropdowns and forms. */
export async function clientFor(functions: ILoadOptionsFunctions): Promise<PlatformClient> {
	const connection = await readConnection(functions, credentialTypeOf(functions));
	return new PlatformClient(functions, connection, DROPDOWN_CALLS);
}

/**
 * One page of a list for a dropdown. The API cannot search by name, so a search reads on until the
 * list ends.
 */
export async function searchRows<N extends ListEndpoint>(
	client: PlatformClient,
	name: N,
	options: ListOptions<N>,
	toEntry: (row: Row<N>) => INodeListSearchItems,
	filter: string | undefined,
	cursor: string | undefined,
): Promise<INodeListSearchResult> {
	if (filter) {
		const wanted = filter.toLowerCase();
		const rows = await readList(client, name, options, ROWS_SEARCHED);
		const entries = rows.map(toEntry);
		return {
			results: entries.filter(({ name: label, value }) =>
				`${label} ${String(value)}`.toLowerCase().includes(wanted),
			),
		};
	}
	const query = { ...(options as { query?: object }).query, limit: PAGE_SIZE, cursor };
	const page: unknown = await client.call(name, { ...options, query } as ListOptions<N>);
	const { items, next_cursor } = page as { items: Array<Row<N>>; next_cursor: string | null };
	return { results: items.map(toEntry), paginationToken: next_cursor ?? undefined };
}
