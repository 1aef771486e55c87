import type { INodeListSearchItems } from 'n8n-workflow';

import { parseJson } from '../../client/util/json';
import type { SearchProgress } from '../../client/process/searches';

/** What n8n's editor passes back when the user scrolls on. */
export function progressToken({ cursor, searched, total }: SearchProgress): string {
	return JSON.stringify([searched, total ?? null, cursor]);
}

/** Reads such a text; anything else begins at the beginning. */
export function readProgressToken(token: string | undefined): SearchProgress {
	const parts = parseJson(token);
	if (!Array.isArray(parts)) return { searched: 0 };
	const [searched, total, cursor]: unknown[] = parts;
	return {
		searched: typeof searched === 'number' ? searched : 0,
		...(typeof total === 'number' ? { total } : {}),
		...(typeof cursor === 'string' ? { cursor } : {}),
	};
}

/**
 * The row that says that a search goes on. Where it is chosen all the same, the field counts as
 * empty: its value is space, of another length each time, since the editor shows each value once.
 */
export function searchedSoFar({ searched, total }: SearchProgress): INodeListSearchItems {
	const rows = searched.toLocaleString('en');
	const ofTotal = total === undefined ? '' : ` of ${total.toLocaleString('en')}`;
	return {
		name: `Searched ${rows}${ofTotal}. Add a space to go on`,
		description:
			'The search stopped here to leave requests to workflows. Type a space to search on, or choose By ID.',
		value: ' '.repeat(1 + Math.ceil(searched / 100)),
	};
}
