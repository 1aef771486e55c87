import type { AgentRunRequest, Run } from '../contract/types';
import type { Bounds } from './keyedState';

/** Which start is meant: the same whenever n8n repeats it within an execution. */
export interface Attempt {
	/** Starts of one credential are never shown to another. */
	credentialKey: string;
	attemptId: string;
}

/** What a start sends. */
export interface StartContent {
	agentId: string;
	key: string;
	body: AgentRunRequest;
	/** Digest of agent and body: equal starts cannot be told apart in the run list. */
	digest: string;
}

/** A start that this process has sent. */
export interface SentStart {
	/** Digest of agent and body. */
	digest: string;
	/** When it was first sent, by our own clock. */
	sentAt: number;
	/** What was sent, word for word, as long as no run of it is known. */
	sent?: StartContent;
	/** The run that came of it, once known. */
	run?: Run;
}

interface KeptStart extends SentStart {
	usedAt: number;
	/** How many are about to send it or wait for its response. */
	users: number;
}

function idOf({ credentialKey, attemptId }: Attempt): string {
	return JSON.stringify([credentialKey, attemptId]);
}

/**
 * The starts that this process has sent. n8n's Retry On Fail executes a node again in the same
 * process: what was started then is not sent again, and a start whose outcome is unknown is told
 * from one that was never tried, also on servers that ignore idempotency keys.
 */
export class StartLedger {
	private readonly starts = new Map<string, KeptStart>();

	/** Whose each run is, by the attempt that it was started for. */
	private readonly owners = new Map<string, string>();

	constructor(private readonly bounds: Bounds) {}

	/** Number of starts that are kept now. */
	get size(): number {
		return this.starts.size;
	}

	find(attempt: Attempt): SentStart | undefined {
		return this.starts.get(idOf(attempt));
	}

	/**
	 * Notes that a start is about to be sent; an earlier note of it stays as it is. It is kept at
	 * least until `release`.
	 */
	open(attempt: Attempt, sent: StartContent): SentStart {
		const id = idOf(attempt);
		const now = Date.now();
		const known = this.starts.get(id);
		const start = known ?? { digest: sent.digest, sentAt: now, sent, usedAt: now, users: 0 };
		start.usedAt = now;
		start.users += 1;
		// Starts stand in the order of their last use.
		this.starts.delete(id);
		this.starts.set(id, start);
		this.forgetOld(now);
		return start;
	}

	/** Ends what `open` began, whatever came of it. */
	release(attempt: Attempt): void {
		const start = this.starts.get(idOf(attempt));
		if (start) start.users -= 1;
	}

	/** Notes the run of a start, without its inputs, which may be large. */
	settle(attempt: Attempt, run: Run): void {
		const id = idOf(attempt);
		const start = this.starts.get(id);
		if (start) {
			start.run = { ...run, inputs: null, share_token: null };
			start.sent = undefined;
		}
		this.owners.set(run.id, id);
	}

	/** For a start that was refused. */
	forget(attempt: Attempt): void {
		this.drop(idOf(attempt));
	}

	/** Forgets everything, as the end of the process does. */
	reset(): void {
		this.starts.clear();
		this.owners.clear();
	}

	/** Whether a run is known to belong to another start. */
	isTaken(runId: string, attempt: Attempt): boolean {
		const owner = this.owners.get(runId);
		return owner !== undefined && owner !== idOf(attempt);
	}

	/** Whether another start of the same content has no run yet, so that a run may be its. */
	hasOpenTwin(attempt: Attempt): boolean {
		const own = idOf(attempt);
		const digest = this.starts.get(own)?.digest;
		return [...this.starts].some(
			([id, start]) => id !== own && start.digest === digest && !start.run,
		);
	}

	private drop(id: string): void {
		const runId = this.starts.get(id)?.run?.id;
		if (runId !== undefined) this.owners.delete(runId);
		this.starts.delete(id);
	}

	private forgetOld(now: number): void {
		const { maxEntries, maxIdleMs } = this.bounds;
		for (const [id, { usedAt, users }] of this.starts) {
			if (now - usedAt <= maxIdleMs && this.starts.size <= maxEntries) return;
			if (users === 0) this.drop(id);
		}
	}
}
