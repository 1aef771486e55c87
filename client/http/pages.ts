import type { Answer, CallOptions } from '../contract/calls';
import type { AutoGptClient } from './client';
import { endpoints, type EndpointName } from '../contract/endpoints';
import { isObject } from '../util/json';

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
/** How often a list is read that goes on moving. */
const PASSES = 3;

/** Pages of one list that are read at most: no account has half a million of anything. */
const MOST_PAGES = 5_000;
/** Pages one after the other that add nothing: the list goes round in circles. */
const MOST_IDLE_PAGES = 20;

interface Page {
	items: unknown[];
	next_cursor: string | null;
	total_count?: number | null;
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
	/** Those that came for the first time. */
	rows: Array<Row<N>>;
	/** Identities of all rows of the page, as far as it names them. */
	identities: string[];
	/** Cursor of the next page; undefined at the end of the list. */
	next: string | undefined;
	/** How many rows the whole list has; undefined where AutoGPT does not count them. */
	total: number | undefined;
	/** Whether it names each of its rows, so that they can be known again. */
	areNamed: boolean;
}

/** Notices a list without an end, which a faulty server or proxy may give. */
class ListEnd {
	private pages = 0;

	private idle = 0;

	private last = '';

	constructor(
		private readonly client: AutoGptClient,
		private readonly name: ListEndpoint,
	) {}

	/** @throws PlatformError when the list does not come to its end */
	note({ items }: Page): void {
		const page = JSON.stringify(items.map((row) => identityOf(this.name, row) ?? row));
		this.pages += 1;
		this.idle = items.length === 0 || page === this.last ? this.idle + 1 : 0;
		this.last = page;
		if (this.pages < MOST_PAGES && this.idle < MOST_IDLE_PAGES) return;
		throw this.client.error({
			message: `The list of AutoGPT at ${endpoints[this.name].path} did not end after ${this.pages} pages`,
			description:
				'AutoGPT, or a proxy that stores responses, returns page after page without anything new. Turn off storing for this address in the proxy, or read less with a limit or filters.',
			outcome: 'unknown',
		});
	}
}

/**
 * Yields the pages of a list in the server's order, each row once: rows that move to a later page
 * while the list is read come again, and are left out the second time
 * (contract: behaviour.md section 7).
 *
 * @param start cursor of the page to begin with
 * @param seenRows rows that were read before, by their identity
 */
export async function* eachPage<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	pageSize = PAGE_SIZE,
	start?: string,
	seenRows = new Set<string>(),
): AsyncGenerator<RowsOfPage<N>, void, undefined> {
	const seenCursors = new Set([start]);
	const end = new ListEnd(client, name);
	let cursor = start;
	do {
		const page = await readPage(client, name, options, pageSize, cursor);
		if (page.next_cursor !== null) end.note(page);
		const identities: string[] = [];
		const rows = (page.items as Array<Row<N>>).filter((row) => {
			const identity = identityOf(name, row);
			if (identity === undefined) return true;
			identities.push(identity);
			const isNew = !seenRows.has(identity);
			seenRows.add(identity);
			return isNew;
		});
		const areNamed = identities.length === page.items.length;
		const next = page.next_cursor ?? undefined;
		cursor = seenCursors.has(next) ? undefined : next;
		seenCursors.add(next);
		yield { rows, identities, next: cursor, total: page.total_count ?? undefined, areNamed };
	} while (cursor !== undefined);
}

/**
 * Yields the rows of a list in the server's order, each once. Where rows went while pages were read,
 * the list is read again for those that were missed, which then come last.
 *
 * @param wanted rows that will be taken at most; a short list costs one small page
 * @param isChecked whether a list of several pages is worth one more request, to see whether it moved
 */
export async function* eachRow<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	wanted = Infinity,
	isChecked = false,
): AsyncGenerator<Row<N>, void, undefined> {
	const pageSize = Math.max(1, Math.min(PAGE_SIZE, wanted));
	const seen = new Set<string>();
	for (let pass = 1; pass <= PASSES; pass++) {
		const whole = new Completeness(name);
		for await (const page of eachPage(client, name, options, pageSize, undefined, seen)) {
			whole.note(page);
			yield* page.rows;
		}
		if (whole.lacksRows) continue;
		if (!isChecked || pass === PASSES || !whole.mayLackRows || onlyGrowsAtHead(name, options)) {
			return;
		}
		const { items } = await readPage(client, name, options, pageSize);
		if (!whole.hasMovedUp(items)) return;
	}
}

/** Whether rows come before all others only, so that as many that come as go hide none. */
function onlyGrowsAtHead(name: ListEndpoint, { query }: { query?: unknown }): boolean {
	// Which runs have a status changes anywhere in the list.
	if (name === 'listRuns') return !isObject(query) || query.statuses === undefined;
	// Its cursors name rows, not pages.
	return name === 'listCreditTransactions';
}

/**
 * Whether a pass through a list may have missed rows: one that goes, or moves, while pages are read
 * lets all that follow move up, and one of them to a page that was read already.
 */
class Completeness {
	private pages = 0;

	private readonly identities = new Set<string>();

	/** Identities of the first page's rows. */
	private first: string[] = [];

	private repeats = 0;

	private totalAtFirst?: number;

	private total?: number;

	private hasShrunk = false;

	private areNamed = true;

	constructor(private readonly name: ListEndpoint) {}

	note({ total, areNamed, identities }: Omit<RowsOfPage<ListEndpoint>, 'rows'>): void {
		this.pages++;
		if (this.pages === 1) [this.first, this.totalAtFirst] = [identities, total];
		for (const identity of identities) {
			if (this.identities.has(identity)) this.repeats++;
			this.identities.add(identity);
		}
		this.areNamed &&= areNamed;
		this.hasShrunk ||= (total ?? 0) < (this.total ?? 0);
		this.total = total;
	}

	/** Whether the pass shows by itself that it missed rows. */
	get lacksRows(): boolean {
		if (!this.mayLackRows) return false;
		// A row that moved to the head pushes others to the next page, where they come again.
		const hasPassed = this.repeats > 0 && this.identities.size < (this.totalAtFirst ?? 0);
		return this.hasShrunk || hasPassed;
	}

	/** Whether it could miss rows, and they could be told from others. */
	get mayLackRows(): boolean {
		// Rows without a name would come twice; a search counts what it then leaves out.
		return this.pages > 1 && this.areNamed && this.name !== 'search';
	}

	/**
	 * Whether rows moved up across the end of the first page while the others were read.
	 *
	 * @param rows the first page, read again
	 */
	hasMovedUp(rows: unknown[]): boolean {
		const identities = rows.map((row) => identityOf(this.name, row));
		const now = new Set(identities);
		const last = identities.at(-1);
		if (last === undefined || !this.first.includes(last)) return true;
		// Rows that come before others push out the last ones only.
		const missing = this.first.findIndex((identity) => !now.has(identity));
		return missing !== -1 && this.first.slice(missing).some((identity) => now.has(identity));
	}
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
 * Reads a list up to `limit` rows, with no request more than that takes. Without a limit it is
 * looked at once more whether the list moved (see `eachRow`).
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
	const wanted = keep ? Infinity : limit;
	for await (const row of eachRow(client, name, options, wanted, limit === Infinity)) {
		if (!keep || keep(row)) rows.push(row);
		if (rows.length >= limit) break;
	}
	return rows;
}
