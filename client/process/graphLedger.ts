import type { Bounds } from './keyedState';

/** A version of a graph. */
export interface GraphVersionId {
	id: string;
	version: number;
}

/** A write of a graph that this process has sent. */
export interface SentGraph {
	/** When it was first sent, by our own clock. */
	sentAt: number;
	/** The graph that came of it, once known. */
	graph?: GraphVersionId;
}

/**
 * The graphs that this process has written. n8n's Retry On Fail executes a node again in the same
 * process: what was written then is not written again. Steps name the credential, too.
 */
export class GraphLedger {
	private readonly writes = new Map<string, SentGraph>();

	constructor(private readonly bounds: Bounds) {}

	find(step: string): SentGraph | undefined {
		return this.writes.get(step);
	}

	/** Notes that a graph is about to be sent; an earlier note of it stays as it is. */
	open(step: string): SentGraph {
		const known = this.writes.get(step);
		if (known) return known;
		const write: SentGraph = { sentAt: Date.now() };
		this.writes.set(step, write);
		const { maxEntries, maxIdleMs } = this.bounds;
		for (const [oldest, { sentAt }] of this.writes) {
			if (this.writes.size <= maxEntries && Date.now() - sentAt <= maxIdleMs) break;
			this.writes.delete(oldest);
		}
		return write;
	}

	/** For a write that was refused. */
	forget(step: string): void {
		this.writes.delete(step);
	}

	/** Whether a graph is known to be what another write made. */
	isTaken({ id, version }: GraphVersionId): boolean {
		return [...this.writes.values()].some(
			({ graph }) => graph?.id === id && graph.version === version,
		);
	}

	/** Forgets everything, as the end of the process does. */
	reset(): void {
		this.writes.clear();
	}
}
