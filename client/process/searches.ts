import type { INodeListSearchItems } from 'n8n-workflow';

import { monotonicNow } from '../util/monotonic';

/** How far a search through a list has come. */
export interface SearchProgress {
	/** Rows that were read. */
	searched: number;
	/** How many rows the whole list has, where that is known. */
	total?: number;
	/** Cursor of the next page; undefined for the beginning of the list. */
	cursor?: string;
}

/** A search that has stopped before the end of its list. */
interface PausedSearch extends SearchProgress {
	/** Text that was looked for, in lower case. */
	wanted: string;
	/** Rows that have it. */
	found: INodeListSearchItems[];
	at: number;
}

const KEPT_MS = 2 * 60_000;
const MOST_SEARCHES = 100;

/**
 * Searches in dropdowns that go through lists page by page. n8n does not tell when the user has
 * typed on, and nobody waits for a search any more. So of several through the same list for the same
 * form only the latest goes on, and it goes on where the one before has stopped, if it looks for
 * the same text or a longer one.
 */
export class Searches {
	private readonly latest = new Map<string, symbol>();

	/** In the order in which they stopped. */
	private readonly paused = new Map<string, PausedSearch>();

	/** Begins a search, which takes the place of the one under way. */
	begin(key: string): symbol {
		const search = Symbol();
		this.latest.set(key, search);
		return search;
	}

	/** Whether no other search has begun in its place. */
	isLatest(key: string, search: symbol): boolean {
		return this.latest.get(key) === search;
	}

	end(key: string, search: symbol): void {
		if (this.isLatest(key, search)) this.latest.delete(key);
	}

	/** Notes how far a search has come. */
	pause(key: string, search: Omit<PausedSearch, 'at'>): void {
		this.paused.delete(key);
		this.paused.set(key, { ...search, at: monotonicNow() });
		for (const [oldest, { at }] of this.paused) {
			if (this.paused.size <= MOST_SEARCHES && monotonicNow() - at <= KEPT_MS) break;
			this.paused.delete(oldest);
		}
	}

	/** How far a search for that text, or for a part of it, has come; undefined for none. */
	resume(key: string, wanted: string): PausedSearch | undefined {
		const paused = this.paused.get(key);
		if (!paused || monotonicNow() - paused.at > KEPT_MS) return undefined;
		return wanted.startsWith(paused.wanted) ? paused : undefined;
	}

	/** For a search that came to the end of its list. */
	forget(key: string): void {
		this.paused.delete(key);
	}

	/** Number of searches that are remembered. */
	get size(): number {
		return this.paused.size;
	}

	/** Forgets everything, as the end of the process does. */
	reset(): void {
		this.latest.clear();
		this.paused.clear();
	}
}
