import { contentOf } from './keys';
import type { AgentRunRequest, Run } from '../contract/types';

/** What a start sends. */
export interface StartContent {
	agentId: string;
	key: string;
	body: AgentRunRequest;
}

/** A start that this process has sent. */
export interface SentStart {
	/** Digest of agent and body: equal starts cannot be told apart in the run list. */
	content: string;
	/** When it was first sent, by our own clock. */
	sentAt: number;
	/** What was sent, word for word, as long as no run of it is known. */
	sent?: StartContent;
	/** The run that came of it, once known. */
	run?: Run;
}

const KEPT_STARTS = 5_000;

/**
 * The starts that this process has sent. n8n's Retry On Fail executes a node again in the same
 * process: what was started then is not sent again, and a start whose outcome is unknown is told
 * from one that was never tried, also on servers that ignore idempotency keys.
 */
export class StartLedger {
	private readonly starts = new Map<string, SentStart>();

	/** Whose each run is, by the attempt that it was started for. */
	private readonly owners = new Map<string, string>();

	find(attemptId: string): SentStart | undefined {
		return this.starts.get(attemptId);
	}

	/** Notes that a start is about to be sent; an earlier note of it stays as it is. */
	open(attemptId: string, sent: StartContent): SentStart {
		const known = this.starts.get(attemptId);
		if (known) return known;
		const content = contentOf(sent.agentId, sent.body);
		const start: SentStart = { content, sentAt: Date.now(), sent };
		this.starts.set(attemptId, start);
		for (const oldest of this.starts.keys()) {
			if (this.starts.size <= KEPT_STARTS) break;
			this.forget(oldest);
		}
		return start;
	}

	/** Notes the run of a start, without its inputs, which may be large. */
	settle(attemptId: string, run: Run): void {
		const start = this.starts.get(attemptId);
		if (start) {
			start.run = { ...run, inputs: null, share_token: null };
			start.sent = undefined;
		}
		this.owners.set(run.id, attemptId);
	}

	/** For a start that was refused. */
	forget(attemptId: string): void {
		const runId = this.starts.get(attemptId)?.run?.id;
		if (runId !== undefined) this.owners.delete(runId);
		this.starts.delete(attemptId);
	}

	/** Forgets everything, as the end of the process does. */
	clear(): void {
		this.starts.clear();
		this.owners.clear();
	}

	/** Whether a run is known to belong to another start. */
	isTaken(runId: string, attemptId: string): boolean {
		const owner = this.owners.get(runId);
		return owner !== undefined && owner !== attemptId;
	}

	/** Whether another start of the same content has no run yet, so that a run may be its. */
	hasOpenTwin(attemptId: string): boolean {
		const content = this.starts.get(attemptId)?.content;
		return [...this.starts].some(
			([id, start]) => id !== attemptId && start.content === content && !start.run,
		);
	}
}

export const startLedger = new StartLedger();
