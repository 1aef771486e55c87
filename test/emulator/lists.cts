import type { Call, Reply } from './core.cts';
import { ok } from './core.cts';
import { keysetPageOf, pageOf } from './pages.cts';

function request(call: Call, list: string) {
	return {
		limit: call.query.limit as number,
		cursor: call.query.cursor as string | undefined,
		list,
		strict: call.core.mode.strictCursors,
	};
}

/** Answers one page of a list, each item shown by `view` (section 7). */
export function listReply<T, V>(
	call: Call,
	list: string,
	all: readonly T[],
	view: (item: T) => V,
): Reply {
	const page = pageOf(all, request(call, list));
	return ok({ ...page, items: page.items.map(view) });
}

/** The same by keyset, without a count. */
export function keysetReply<T>(
	call: Call,
	list: string,
	all: readonly T[],
	keyOf: (item: T) => string,
): Reply {
	return ok(keysetPageOf(all, keyOf, request(call, list)));
}
