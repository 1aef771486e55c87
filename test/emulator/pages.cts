import { ApiError } from './errors.cts';

interface Cursor {
	v: number;
	kind: 'page' | 'keyset';
	list: string;
	page?: number;
	after?: string;
}

interface PageRequest {
	limit: number;
	cursor: string | undefined;
	/** The list's name: only looked at by strict servers. */
	list: string;
	strict: boolean;
}

const VERSION = 1;
const LAST_PAGE = 1_000_000;

function write(cursor: Omit<Cursor, 'v'>): string {
	return Buffer.from(JSON.stringify({ v: VERSION, ...cursor })).toString('base64url');
}

function read(text: string, kind: Cursor['kind'], list: string, strict: boolean): Cursor {
	const refuse = () => new ApiError(400, 'Invalid cursor');
	let cursor: Cursor | null;
	try {
		cursor = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Cursor | null;
	} catch {
		throw refuse();
	}
	if (cursor === null || typeof cursor !== 'object' || cursor.v !== VERSION) throw refuse();
	if (cursor.kind !== kind || (strict && cursor.list !== list)) throw refuse();
	if (kind === 'page') {
		const page = cursor.page;
		if (!Number.isInteger(page) || page === undefined || page < 1 || page > LAST_PAGE) {
			throw refuse();
		}
	}
	return cursor;
}

/** One page by page number: rows added meanwhile shift the rest (section 7). */
export function pageOf<T>(all: readonly T[], { limit, cursor, list, strict }: PageRequest) {
	const page = cursor ? (read(cursor, 'page', list, strict).page ?? 1) : 1;
	const more = page * limit < all.length;
	return {
		items: all.slice((page - 1) * limit, page * limit),
		next_cursor: more ? write({ kind: 'page', list, page: page + 1 }) : null,
		total_count: all.length,
	};
}

/** One page after a given row; only `/credits/transactions` pages this way (section 7). */
export function keysetPageOf<T>(
	all: readonly T[],
	keyOf: (item: T) => string,
	{ limit, cursor, list, strict }: PageRequest,
) {
	const after = cursor ? read(cursor, 'keyset', list, strict).after : undefined;
	const start = after === undefined ? 0 : all.findIndex((item) => keyOf(item) === after) + 1;
	const items = all.slice(start, start + limit);
	const last = items.at(-1);
	const more = start + limit < all.length && last !== undefined;
	return {
		items,
		next_cursor: more ? write({ kind: 'keyset', list, after: keyOf(last) }) : null,
		total_count: null,
	};
}
