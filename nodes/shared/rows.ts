import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import type { CallSettings } from '../../client/contract/calls';
import type { AutoGptClient } from '../../client/http/client';
import { openClient } from '../../client/http/openClient';
import { eachPage, type ListEndpoint, type ListOptions, type Row } from '../../client/http/pages';
import { withoutMarkup } from '../../client/util/markup';
import { credentialTypeOf } from './authentication';

/** Someone waits at a dropdown: rather say what is wrong than try for minutes. */
const DROPDOWN_CALLS: CallSettings = {
	maxTries: 2,
	retryBudgetMs: 5_000,
	timeoutMs: 20_000,
	priority: 'background',
};
const PAGE_SIZE = 100;
/** Rows that are read at most where a list is wanted whole. */
export const ROWS_SEARCHED = 2_000;
/** Found rows that fill the dropdown: the editor asks for more only where it can be scrolled. */
const ROWS_SHOWN = 20;

/** The client for what fills dropdowns and forms. */
export async function clientFor(functions: ILoadOptionsFunctions): Promise<AutoGptClient> {
	return await openClient(functions, credentialTypeOf(functions), DROPDOWN_CALLS);
}

/** An entry as n8n's editor can show it: it may take descriptions for HTML. */
export function shown(entry: INodeListSearchItems): INodeListSearchItems {
	const { description } = entry;
	return description ? { ...entry, description: withoutMarkup(description) } : entry;
}

/**
 * Rows of a list for a dropdown, from a cursor on: one page, or what a search finds in some, since
 * the API cannot search by name. A search reads on until the dropdown is full: fewer rows look like
 * the end of the list, and the editor would never ask for the rest. Rows for which `toEntry` returns
 * nothing are left out.
 */
export async function searchRows<N extends ListEndpoint>(
	client: AutoGptClient,
	name: N,
	options: ListOptions<N>,
	toEntry: (row: Row<N>) => INodeListSearchItems | undefined,
	filter: string | undefined,
	cursor: string | undefined,
): Promise<INodeListSearchResult> {
	const wanted = filter?.toLowerCase() ?? '';
	const results: INodeListSearchItems[] = [];
	let paginationToken: string | undefined;
	const enough = wanted === '' ? 1 : ROWS_SHOWN;
	for await (const { rows, next } of eachPage(client, name, options, PAGE_SIZE, cursor)) {
		const entries = rows.map(toEntry).filter((entry) => entry !== undefined);
		results.push(
			...entries
				.filter(({ name: label, value }) =>
					`${label} ${String(value)}`.toLowerCase().includes(wanted),
				)
				.map(shown),
		);
		paginationToken = next;
		if (results.length >= enough) break;
	}
	return { results, paginationToken };
}

/** What n8n calls to fill the list of a resource locator. */
export type ListSearch = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;

/** How a list is asked for, where it is not simply read. */
interface SearchSettings<N extends ListEndpoint> {
	/** The query, where it depends on other fields of the node. */
	optionsFor?: (functions: ILoadOptionsFunctions) => ListOptions<N>;
	/** The query for the text that the user looks for, where AutoGPT itself searches. */
	queryFor?: (text: string) => ListOptions<N>;
}

/**
 * Makes the search of a list from what its rows look like to the user.
 *
 * @param toEntry returns nothing for rows that are not to be chosen
 */
export function listSearch<N extends ListEndpoint>(
	name: N,
	toEntry: (row: Row<N>, client: AutoGptClient) => INodeListSearchItems | undefined,
	{ optionsFor, queryFor }: SearchSettings<N> = {},
): ListSearch {
	return async function search(filter, paginationToken) {
		const client = await clientFor(this);
		const options = queryFor && filter ? queryFor(filter) : optionsFor?.(this);
		return await searchRows(
			client,
			name,
			options ?? ({} as ListOptions<N>),
			(row) => toEntry(row, client),
			queryFor ? undefined : filter,
			paginationToken,
		);
	};
}
