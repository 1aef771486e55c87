export type FaultKind =
	/** Answered instead of handled: it did not happen. */
	| { status: number; body?: unknown; headers?: Record<string, string> }
	/** Handled, then the connection is destroyed: a lost response. */
	| { after: 'drop' }
	/** The connection is destroyed before handling: a lost request. */
	| { before: 'drop' }
	/** Handled after a delay. */
	| { delayMs: number }
	/** An HTML page with that status, as a proxy gives. */
	| { html: number }
	/** That status with an empty body. */
	| { empty: number }
	/** Handled; that status and half of the JSON, then the connection closes. */
	| { truncated: number }
	/** Handled; that status and half of the JSON, announced as if it were all of it. */
	| { halved: number }
	/** Answered by something in between, word for word. */
	| { raw: { status: number; headers?: Record<string, string>; body?: string } }
	/** That status, then a byte now and then for as long as the client listens. */
	| { drip: number }
	/** 302 to that address. */
	| { redirect: string }
	/** Handled, but answered with that status. */
	| { handledStatus: number }
	/**
	 * Handled; then the request failed, with that status or without an answer: servers that free a
	 * key then do so (section 8).
	 */
	| { failsAfter: number | 'drop' }
	/** The worker is killed while it holds the key of a start: before it made the run, or after. */
	| { killed: 'before' | 'after' };

export interface Fault {
	method?: string;
	/** Matched against the path with its query. Without it, downloads are left alone. */
	path?: RegExp;
	/** How many matching requests misbehave; default 1. */
	times?: number;
	/** How many matching requests pass unharmed first; default 0. */
	skip?: number;
	/** Chance that a matching request misbehaves; default 1. */
	probability?: number;
	kind: FaultKind;
}

/** What the server does wrong, when asked to. */
export interface Faults {
	add(fault: Fault): void;
	clear(): void;
	/** Restarts the chances of `probability` from a number. */
	seed(seed: number): void;
}

/** Faults in the order they were added; the first that matches acts, and is used up. */
export class FaultList implements Faults {
	private faults: { fault: Fault; times: number; skip: number }[] = [];
	private random = 1;

	add(fault: Fault): void {
		this.faults.push({ fault, times: fault.times ?? 1, skip: fault.skip ?? 0 });
	}

	clear(): void {
		this.faults = [];
	}

	seed(seed: number): void {
		this.random = seed >>> 0;
	}

	/** The fault for a request, if any; `onlyNamed` leaves out faults without a path. */
	take(method: string, path: string, onlyNamed: boolean): FaultKind | undefined {
		for (const entry of this.faults) {
			const { fault } = entry;
			if (entry.times <= 0 || (onlyNamed && !fault.path)) continue;
			if (fault.method && fault.method.toUpperCase() !== method) continue;
			if (fault.path && !new RegExp(fault.path.source, fault.path.flags).test(path)) continue;
			if (entry.skip > 0) {
				entry.skip -= 1;
				continue;
			}
			if (this.chance() >= (fault.probability ?? 1)) continue;
			entry.times -= 1;
			return fault.kind;
		}
		return undefined;
	}

	private chance(): number {
		// Numerical Recipes' linear congruential generator: short and retryable.
		this.random = (Math.imul(this.random, 1_664_525) + 1_013_904_223) >>> 0;
		return this.random / 2 ** 32;
	}
}
