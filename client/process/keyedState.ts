/** How long, and of how many, this process keeps something. */
export interface Bounds {
	maxEntries: number;
	/** Milliseconds after its last use. */
	maxIdleMs: number;
}

/** An entry that knows whether it may be forgotten. */
interface Entry {
	/** Whether something is under way that counts on this entry. */
	readonly isInUse: boolean;
}

/**
 * Keeps one entry for each credential, as long as it is used and for some time after. Of too many
 * the one goes that was used longest ago; one that is in use always stays.
 */
export class KeyedState<T extends Entry> {
	private readonly entries = new Map<string, { value: T; usedAt: number }>();

	constructor(
		private readonly make: () => T,
		private readonly bounds: Bounds,
	) {}

	/** The entry of a credential; made when there is none. */
	of(credentialKey: string): T {
		const value = this.entries.get(credentialKey)?.value ?? this.make();
		// Entries stand in the order of their last use.
		this.entries.delete(credentialKey);
		this.entries.set(credentialKey, { value, usedAt: Date.now() });
		this.forgetOld(credentialKey);
		return value;
	}

	/** Number of entries that are kept now. */
	get size(): number {
		return this.entries.size;
	}

	reset(): void {
		this.entries.clear();
	}

	private forgetOld(current: string): void {
		const { maxEntries, maxIdleMs } = this.bounds;
		for (const [key, { value, usedAt }] of this.entries) {
			const isOld = Date.now() - usedAt > maxIdleMs;
			if (!isOld && this.entries.size <= maxEntries) return;
			if (key !== current && !value.isInUse) this.entries.delete(key);
		}
	}
}
