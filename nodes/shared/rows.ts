import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import type { CallSettings } from '../../client/contract/calls';
import type { AutoGptClient } from '../../client/http/client';
import { openClient } from '../../client/http/openClient';
import { eachPage, type ListEndpoint, type ListOptions, type Row } from '../../client/http/pages';
import { searches } from '../../client/process/processState';
import type { SearchProgress } from '../../client/process/searches';
import { monotonicNow } from '../../client/util/monotonic';
import { withoutMarkup } from '../../client/util/markup';
import { credentialTypeOf } from './authentication';
import { progressToken, readProgressToken, searchedSoFar } from './searchProgress';

/** Someone waits at a dropdown: rather say what is wrong than try for minutes. */
const DROPDOWN_CALLS: CallSettings = {
	maxTries: 2,
	retryBudgetMs: 5_000,
	timeoutMs: 20_000,
	priority: 'background',
};
/** Rows that are read with one request. */
export const PAGE_SIZE = 100;
/** Rows that are read at most where a list is wanted whole. */
export const ROWS_SEARCHED = 2_000;
/** Found rows that fill the dropdown: the editor asks for more only where it can be scrolled. */
const ROWS_SHOWN = 20;
/** Pages that a search reads at once: workflows need the account's 200 requests a minute, too. */
export const MOST_PAGES = 20;
/** After that no further page is read, in milliseconds. */
const LONGEST_SEARCH_MS = 4_000;

/** The client for what fills dropdowns and forms. */
export async function clientFor(functions: ILoadOptionsFunctions): Promise<AutoGptClient> {
	return await openClient(functions, credentialTypeOf(functions), DROPDOWN_CALLS);
}

/** An entry as n8n's editor can show it: it may take descriptions for HTML. */
export function shown(entry: INodeListSearchItems): INodeListSearchItems {
	const { description } = entry;
	return description ? { ...entry, description: withoutMarkup(description) } : entry;
}

/** What n8n calls to fill the list of a resource locator. */
export type ListSearch = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;

/** A search through a list for a dropdown. */
interface RowSearch<N extends ListEndpoint> {
	name: N;
	options: ListOptions<N>;
	/** Returns nothing for rows that are not to be chosen. */
	toEntry: (row: Row<N>) => INodeListSearchItems | undefined;
	filter: string | undefined;
	paginationToken: string | undefined;
	/** Pages that it reads at most. */
	mostPages?: number;
}

/**
 * Rows of a list for a dropdown: one page, or what a search finds in some, since the API cannot
 * search by name. A search reads on until the dropdown is full, the list has ended, or it has cost
 * enough; then its last row says that it goes on, since fewer rows look like the end of the list,
 * and the editor would never ask for the rest.
 */
export async function searchRows<N extends ListEndpoint>(
	functions: ILoadOptionsFunctions,
	client: AutoGptClient,
	search: RowSearch<N>,
): Promise<INodeListSearchResult> {
	const { filter, mostPages = MOST_PAGES, name, options, paginationToken, toEntry } = search;
	const wanted = filter?.trim().toLowerCase() ?? '';
	const hasIt = ({ name: label, value }: INodeListSearchItems) =>
		`${label} ${String(value)}`.toLowerCase().includes(wanted);
	const form = functions.getCurrentNodeParameters();
	const key = JSON.stringify([client.connection.readerKey, name, options, form]);
	const turn = searches.begin(key);
	const isFirst = paginationToken === undefined;
	const paused = isFirst && wanted !== '' ? searches.resume(key, wanted) : undefined;
	const progress: SearchProgress = paused
		? { searched: paused.searched, total: paused.total, cursor: paused.cursor }
		: readProgressToken(paginationToken);
	const results = paused?.found.filter(hasIt) ?? [];
	const enough = wanted === '' ? 1 : ROWS_SHOWN;
	const until = monotonicNow() + LONGEST_SEARCH_MS;
	let pages = 0;
	const mayGoOn = () => pages < mostPages && monotonicNow() < until && searches.isLatest(key, turn);
	const remember = () => {
		if (!isFirst || wanted === '' || !searches.isLatest(key, turn)) return;
		if (progress.cursor === undefined) searches.forget(key);
		else searches.pause(key, { ...progress, wanted, found: [...results] });
	};
	try {
		if (results.length < enough) {
			for await (const page of eachPage(client, name, options, PAGE_SIZE, progress.cursor)) {
				pages += 1;
				progress.searched += page.rows.length;
				progress.total = page.total ?? progress.total;
				progress.cursor = page.next;
				const entries = page.rows.map(toEntry).filter((entry) => entry !== undefined);
				results.push(...entries.filter(hasIt).map(shown));
				remember();
				if (results.length >= enough || !mayGoOn()) break;
			}
		}
	} finally {
		searches.end(key, turn);
	}
	if (progress.cursor === undefined) return { results };
	const isShort = wanted !== '' && results.length < ROWS_SHOWN;
	return {
		results: isShort ? [...results, searchedSoFar(progress)] : results,
		paginationToken: progressToken(progress),
	};
}

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
		return await searchRows(this, client, {
			name,
			options: options ?? ({} as ListOptions<N>),
			toEntry: (row) => toEntry(row, client),
			filter: queryFor ? undefined : filter,
			paginationToken,
		});
	};
}
