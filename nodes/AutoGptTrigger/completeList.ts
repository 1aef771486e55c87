import type { AutoGptClient } from '../../client/http/client';
import type { ListEndpoint, ListOptions, Row } from '../../client/http/pages';

const PAGE_SIZE = 100;
const PASSES = 3;

/** A list that was read to its end while its rows moved. */
export interface CompleteList<T> {
	rows: T[];
	/** False when a row may have slipped from a page that was still to come to one already read. */
	isComplete: boolean;
}

interface Page<T> {
	items: T[];
	next_cursor: string | null;
	total_count: number | null;
}

interface ReadSettings<T> {
	idOf: (row: T) => string;
	/** Whether new rows only come before all others; else a list of several pages is read twice. */
	growsAtHead: boolean;
}

/** Reads all pages once into `found`, and tells whether rows may have slipped through. */
async function readOnce<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	found: Map<string, Row<N>>,
	idOf: (row: Row<N>) => string,
): Promise<{ pages: number; slipped: boolean; added: number }> {
	const { query: filters } = options as { query?: object };
	const before = found.size;
	const cursors = new Set<string>();
	let cursor: string | undefined;
	let total: number | null | undefined;
	let slipped = false;
	let pages = 0;
	do {
		const query = { ...filters, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
		const answer: unknown = await client.call(name, { ...options, query } as ListOptions<N>);
		const page = answer as Page<Row<N>>;
		pages++;
		// Rows issue towards the head only when some before them go, which the count tells.
		if (total !== undefined) slipped ||= total === null || (page.total_count ?? 0) < total;
		total = page.total_count;
		for (const row of page.items) found.set(idOf(row), row);
		cursor = page.next_cursor ?? undefined;
		if (cursor !== undefined && cursors.has(cursor)) break;
		if (cursor !== undefined) cursors.add(cursor);
	} while (cursor !== undefined);
	return { pages, slipped, added: found.size - before };
}

/**
 * Reads a whole list although it moves meanwhile: again when rows may have slipped past, a few
 * times at most (contract: behaviour.md section 7).
 */
export async function readCompleteList<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	{ idOf, growsAtHead }: ReadSettings<Row<N>>,
): Promise<CompleteList<Row<N>>> {
	const found = new Map<string, Row<N>>();
	let isComplete = false;
	for (let pass = 1; pass <= PASSES && !isComplete; pass++) {
		const { pages, slipped, added } = await readOnce(client, name, options, found, idOf);
		const isSettled = growsAtHead || pages === 1 || (pass > 1 && added === 0);
		isComplete = !slipped && isSettled;
	}
	return { rows: [...found.values()], isComplete };
}
