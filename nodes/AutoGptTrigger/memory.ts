import type { TriggerState } from './state';

/** Triggers remembered at most; the one that polled longest ago is forgotten first. */
const MOST_STATES = 100;
/** A poll that is older than this is taken for dead. */
const LOST_AFTER_MS = 30 * 60_000;

/**
 * What this process knows of its triggers beside the state that n8n keeps for them. n8n keeps
 * nothing of the first poll when its durable cursors are on, and loses the state of a node that is
 * renamed when they are off: until the process ends, this fills the gap.
 */
export class PollMemory {
	private readonly states = new Map<string, string>();

	private readonly underWay = new Map<string, number>();

	/** The state after the last poll of that node. */
	recall(owner: string): TriggerState | undefined {
		const text = this.states.get(owner);
		return text === undefined ? undefined : (JSON.parse(text) as TriggerState);
	}

	remember(state: TriggerState): void {
		this.states.delete(state.owner);
		this.states.set(state.owner, JSON.stringify(state));
		const [oldest] = this.states.keys();
		if (this.states.size > MOST_STATES && oldest !== undefined) this.states.delete(oldest);
	}

	/** Carries out a poll, unless one of the same node is under way: then there is nothing to report. */
	async alone<R>(owner: string, task: () => Promise<R[]>): Promise<R[]> {
		const began = this.underWay.get(owner);
		if (began !== undefined && Date.now() - began < LOST_AFTER_MS) return [];
		const mine = Date.now();
		this.underWay.set(owner, mine);
		try {
			return await task();
		} finally {
			if (this.underWay.get(owner) === mine) this.underWay.delete(owner);
		}
	}
}
