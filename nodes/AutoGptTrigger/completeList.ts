import type { AutoGptClient } from '../../client/http/client';
import type { ListEndpoint, ListOptions, Row } from '../../client/http/pages';

const PAGE_SIZE = 100;
const PASSES = 3;

/** A list that was read while its rows moved. */
export interface CompleteList<T> {
	rows: T[];
	/** False when a row may have moved from a page that was still to come to one already read. */
	isComplete: boolean;
	/** Whether the time was over before the end of the list. */
	isCut: boolean;
	/** How many rows there are, if too many to read; then there are no rows here. */
	tooMany?: number;
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
	/** Whether no further page should be read; the first one always is. */
	isOutOfTime: () => boolean;
	/** Whether a row came into the list after reading began, so that it was not missed. */
	isNews?: (row: T) => boolean;
	/** Rows to read at most. */
	most?: number;
}

/** One pass through all pages. */
interface Pass<T> {
	pages: number;
	missed: boolean;
	/** Rows that no pass before has found. */
	added: T[];
	isCut: boolean;
	tooMany?: number;
}

/** Reads all pages once into `found`, and finds out whether rows may have been missed. */
async function readOnce<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	found: Map<string, Row<N>>,
	{ idOf, isOutOfTime, most = Infinity }: ReadSettings<Row<N>>,
): Promise<Pass<Row<N>>> {
	const { query: filters } = options as { query?: object };
	const pass: Pass<Row<N>> = { pages: 0, missed: false, added: [], isCut: false };
	const cursors = new Set<string>();
	let cursor: string | undefined;
	let total: number | null | undefined;
	do {
		const query = { ...filters, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
		const answer: unknown = await client.call(name, { ...options, query } as ListOptions<N>);
		const page = answer as Page<Row<N>>;
		if (pass.pages === 0 && page.next_cursor !== null && (page.total_count ?? 0) > most) {
			return { ...pass, tooMany: page.total_count ?? 0 };
		}
		pass.pages++;
		// Rows move towards the head only when some before them go, which the count shows.
		if (total !== undefined) pass.missed ||= total === null || (page.total_count ?? 0) < total;
		total = page.total_count;
		for (const row of page.items) {
			if (!found.has(idOf(row))) pass.added.push(row);
			found.set(idOf(row), row);
		}
		cursor = page.next_cursor ?? undefined;
		if (cursor === undefined || cursors.has(cursor)) return pass;
		cursors.add(cursor);
	} while (!isOutOfTime());
	return { ...pass, isCut: true };
}

/**
 * Reads a whole list although it moves meanwhile: again when rows may have been missed, a few
 * times at most (contract: behaviour.md section 7). When the time is over it returns what it has.
 */
export async function readCompleteList<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	settings: ReadSettings<Row<N>>,
): Promise<CompleteList<Row<N>>> {
	const { growsAtHead, isNews = () => false } = settings;
	const found = new Map<string, Row<N>>();
	let isComplete = false;
	for (let number = 1; number <= PASSES && !isComplete; number++) {
		const most = number === 1 ? settings.most : undefined;
		const pass = await readOnce(client, name, options, found, { ...settings, most });
		if (pass.tooMany !== undefined) {
			return { rows: [], isComplete: false, isCut: false, tooMany: pass.tooMany };
		}
		if (pass.isCut) return { rows: [...found.values()], isComplete: false, isCut: number === 1 };
		const isSettled =
			growsAtHead || pass.pages === 1 || (number > 1 && pass.added.every((row) => isNews(row)));
		isComplete = !pass.missed && isSettled;
	}
	return { rows: [...found.values()], isComplete, isCut: false };
}
