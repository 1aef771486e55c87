import type { Poll } from './poll';
import type { TriggerState } from './state';

/** Something that is looked at in AutoGPT, and what is remembered of it from poll to poll. */
export interface Source<S, F> {
	/** Where the state keeps what is remembered, of no other source: never changes. */
	slot: string;
	/** What an earlier poll left in the slot, also an earlier version; undefined when it is none. */
	restore: (stored: unknown) => S | undefined;
	/**
	 * Looks once.
	 *
	 * @param before what the last look left; undefined at the first look, which only records
	 * @param isOtherAccount whether that was in another account
	 */
	look: (
		poll: Poll,
		before: S | undefined,
		isOtherAccount: boolean,
	) => Promise<{ state: S; found: F }>;
}

/** One poll and what is remembered before and after it. */
export class Round {
	private readonly looks = new Map<string, Promise<unknown>>();

	constructor(
		readonly poll: Poll,
		private readonly before: TriggerState | undefined,
		private readonly next: TriggerState,
	) {}

	/** What a source shows in this poll; events that share a source share one look. */
	async look<S, F>(source: Source<S, F>): Promise<F> {
		const underWay = this.looks.get(source.slot);
		const found = underWay ?? this.lookOnce(source);
		this.looks.set(source.slot, found);
		return (await found) as F;
	}

	private async lookOnce<S, F>({ slot, restore, look }: Source<S, F>): Promise<F> {
		const isOther = this.before !== undefined && this.before.account !== this.next.account;
		const { state, found } = await look(this.poll, restore(this.before?.[slot]), isOther);
		this.next[slot] = state;
		return found;
	}
}
