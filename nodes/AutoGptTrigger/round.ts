import type { Poll } from './poll';
import type { TriggerState } from './state';

/** Something that is read from AutoGPT, and what is remembered of it from poll to poll. */
export interface Source<S, F> {
	/** Where the state keeps what is remembered, of no other source: never changes. */
	slot: string;
	/** What an earlier poll left in the slot, also an earlier version; undefined when it is none. */
	restore: (stored: unknown) => S | undefined;
	/**
	 * Reads it once.
	 *
	 * @param before what the last poll left; undefined at the first poll, which only records
	 * @param isOtherAccount whether that was in another account
	 */
	read: (
		poll: Poll,
		before: S | undefined,
		isOtherAccount: boolean,
	) => Promise<{ state: S; found: F }>;
}

/** One poll and what is remembered before and after it. */
export class Round {
	private readonly reads = new Map<string, Promise<unknown>>();

	constructor(
		readonly poll: Poll,
		private readonly before: TriggerState | undefined,
		private readonly next: TriggerState,
	) {}

	/** What a source shows in this poll; events that share a source share one read. */
	async read<S, F>(source: Source<S, F>): Promise<F> {
		const underWay = this.reads.get(source.slot);
		const found = underWay ?? this.readOnce(source);
		this.reads.set(source.slot, found);
		return (await found) as F;
	}

	private async readOnce<S, F>({ slot, restore, read }: Source<S, F>): Promise<F> {
		const isOther = this.before !== undefined && this.before.account !== this.next.account;
		const { state, found } = await read(this.poll, restore(this.before?.[slot]), isOther);
		this.next[slot] = state;
		return found;
	}
}
