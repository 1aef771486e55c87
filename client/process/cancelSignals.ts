/**
 * Lets many wait for one signal with one listener: Node warns of a leak where more than ten listen,
 * and all items of an execution share the signal of Stop.
 */
export class CancelSignals {
	private listeners = new WeakMap<AbortSignal, Set<() => void>>();

	/**
	 * Calls `listener` when the signal fires; at once where it has fired already.
	 *
	 * @returns ends the listening; must be called, since a signal may live for weeks
	 */
	on(signal: AbortSignal, listener: () => void): () => void {
		if (signal.aborted) {
			listener();
			return () => undefined;
		}
		const listeners = this.listeners.get(signal) ?? this.listen(signal);
		// Two who pass the same function are two.
		const own = () => listener();
		listeners.add(own);
		return () => {
			listeners.delete(own);
		};
	}

	/** Number of those who listen to a signal. */
	countOf(signal: AbortSignal): number {
		return this.listeners.get(signal)?.size ?? 0;
	}

	reset(): void {
		this.listeners = new WeakMap();
	}

	private listen(signal: AbortSignal): Set<() => void> {
		const listeners = new Set<() => void>();
		this.listeners.set(signal, listeners);
		signal.addEventListener(
			'abort',
			() => {
				for (const listener of [...listeners]) listener();
				listeners.clear();
			},
			{ once: true },
		);
		return listeners;
	}
}

/** Who waits for which signal; gone with the signal. */
export const cancelSignals = new CancelSignals();
