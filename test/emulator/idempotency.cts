import type { ServerClock } from './clock.cts';
import { ApiError, invalid } from './errors.cts';
import type { Mode } from './types.cts';

const KEPT_MS = 24 * 60 * 60 * 1000;

interface Entry {
	request: string;
	at: number;
	/** Null while the first request is in flight. */
	runId: string | null;
}

/** A key that a start holds: kept with its run, or freed if there is none. */
export interface Claim {
	keep(runId: string): void;
	free(): void;
}

/** Idempotency keys of run starts (section 8). */
export class IdempotencyKeys {
	private readonly entries = new Map<string, Entry>();
	/** Keys whose worker was killed, and when. */
	private readonly held = new Map<string, number>();

	constructor(
		private readonly clock: ServerClock,
		private readonly mode: Mode,
	) {}

	/** The request of a key failed after its run was made: some servers free the key then. */
	failed(key: string): void {
		if (!this.mode.failuresFreeKeys) return;
		for (const scope of this.entries.keys()) {
			if (scope.endsWith(` ${key}`)) this.entries.delete(scope);
		}
	}

	/** The worker that held a key was killed: it stays in flight for as long as keys are kept. */
	hold(key: string): void {
		this.held.set(key, this.clock.now().getTime());
	}

	private isHeld(scope: string, now: number): boolean {
		const at = this.held.get(scope.slice(scope.lastIndexOf(' ') + 1));
		return at !== undefined && now - at < KEPT_MS;
	}

	/** Gives the run of an earlier start with that key, or a claim on the key. */
	claim(key: string, request: string): { runId: string } | Claim {
		const known = this.entries.get(key);
		const now = this.clock.now().getTime();
		const entry = known && now - known.at < KEPT_MS ? known : undefined;
		if (this.mode.idempotencyStore === 'down') {
			if (entry || this.mode.idempotency === 'bound') {
				throw new ApiError(503, 'Idempotency store is unavailable');
			}
			return { keep: () => undefined, free: () => undefined };
		}
		if (this.isHeld(key, now)) {
			throw new ApiError(409, 'A request with this Idempotency-Key is in progress');
		}
		if (entry) {
			if (this.mode.idempotency === 'bound' && entry.request !== request) {
				const msg = 'Idempotency-Key was used for another request';
				const loc = ['header', 'idempotency-key'];
				throw invalid([{ type: 'idempotency_key_reuse', loc, msg }], msg);
			}
			if (entry.runId === null) {
				throw new ApiError(409, 'A request with this Idempotency-Key is in progress');
			}
			return { runId: entry.runId };
		}
		const claimed: Entry = { request, at: now, runId: null };
		this.entries.set(key, claimed);
		return {
			keep: (runId) => {
				claimed.runId = runId;
			},
			free: () => this.entries.delete(key),
		};
	}
}
