import type { GraphVersion } from '../contract/calls';
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
	/** The graph of the agent, where it was read. */
	graphId?: string;
	/** The graph that the user chose, by which another API may start it. */
	choice?: GraphVersion;
	/** The block that the user chose, which another API runs by itself. */
	blockId?: string;
	key: string;
	/** True for a key that a user chose: it may have been used for something else. */
	isOwnKey: boolean;
	body: AgentRunRequest;
	/** Digest of agent and body. */
	digest: string;
}

/**
 * What was sent, word for word. The body is missing where too much is held already: what is sent
 * again then must have the same digest.
 */
export type HeldContent = Omit<StartContent, 'body'> & { body?: AgentRunRequest };

/** A start that this process has sent. */
export interface SentStart {
	agentId: string;
	/** Digest of agent and body. */
	digest: string;
	/** When it was first sent, by our own clock. */
	sentAt: number;
	/** The same by the server's clock, where it was known then. */
	serverSentAt?: number;
	/** What was sent, as long as no run of it is known. */
	sent?: HeldContent;
	/** The run that came of it, once known. */
	run?: Run;
	/** Whether it went to a server that knows no idempotency keys: no key makes it safe then. */
	isUnkeyed?: boolean;
}

/** Where and when a start is sent. */
export interface Sending {
	/** The server's time, where it is known. */
	serverTime?: number;
	/** Lives as long as the execution of n8n that sends it; undefined where n8n has none such. */
	execution?: object;
}

/** Some fifty megabytes, in which thousands of usual starts have their place. */
const MOST_HELD = 50_000_000;

/** The starts of one execution, which are forgotten together. */
interface Execution {
	/** Gone once n8n has let go of the execution. */
	life?: WeakRef<object>;
	ids: Set<string>;
	usedAt: number;
}

interface KeptStart extends SentStart {
	/** How many are about to send it or wait for its response. */
	users: number;
	/** Characters of the body that is held. */
	held: number;
	execution: Execution;
}

function idOf({ credentialKey, attemptId }: Attempt): string {
	return JSON.stringify([credentialKey, attemptId]);
}

/**
 * The starts that this process has sent. n8n's Retry On Fail executes a node again in the same
 * process: what was started then is not sent again, and a start whose outcome is unknown is told
 * from one that was never tried, also on servers that ignore idempotency keys. So no start of an
 * execution that still lives is forgotten, however many there are.
 */
export class StartLedger {
	private readonly starts = new Map<string, KeptStart>();

	/** In the order of their last use. */
	private readonly executions = new Set<Execution>();

	private byLife = new WeakMap<object, Execution>();

	/** Whose each run is, by the attempt that it was started for. */
	private readonly owners = new Map<string, string>();

	/** Characters of all bodies that are held. */
	private held = 0;

	constructor(
		private readonly bounds: Bounds,
		/** Characters of bodies held at most: thousands of starts may have large ones. */
		private readonly maxHeld = MOST_HELD,
	) {}

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
	open(attempt: Attempt, sent: StartContent, sending: Sending = {}): SentStart {
		const id = idOf(attempt);
		const now = Date.now();
		const known = this.starts.get(id);
		const { agentId, digest } = sent;
		const execution = this.executionOf(sending.execution, known?.execution);
		const start = known ?? {
			...{ agentId, digest, sentAt: now, serverSentAt: sending.serverTime },
			...{ users: 0, execution, ...this.hold(sent) },
		};
		start.users += 1;
		this.starts.set(id, start);
		this.move(id, start, execution);
		execution.usedAt = now;
		this.executions.delete(execution);
		this.executions.add(execution);
		this.forgetOld(now);
		return start;
	}

	/** Notes that a start goes to a server that knows no idempotency keys. */
	noteUnkeyed(attempt: Attempt): void {
		const start = this.starts.get(idOf(attempt));
		if (start) start.isUnkeyed = true;
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
			this.letGo(start);
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
		this.executions.clear();
		this.byLife = new WeakMap();
		this.held = 0;
	}

	/** Whether a run is known to belong to another start. */
	isTaken(runId: string, attempt: Attempt): boolean {
		const owner = this.owners.get(runId);
		return owner !== undefined && owner !== idOf(attempt);
	}

	/** Holds what is sent, with its body where there is room for it. */
	private hold(sent: StartContent): { sent: HeldContent; held: number } {
		const { body, ...others } = sent;
		const length = JSON.stringify(body).length;
		if (this.held + length > this.maxHeld) return { sent: others, held: 0 };
		this.held += length;
		return { sent, held: length };
	}

	private letGo(start: KeptStart): void {
		this.held -= start.held;
		start.held = 0;
	}

	/** The execution of a start; where n8n has none such, each start is one of its own. */
	private executionOf(life: object | undefined, known: Execution | undefined): Execution {
		if (!life) return known ?? { ids: new Set(), usedAt: 0 };
		const execution = this.byLife.get(life) ?? {
			life: new WeakRef(life),
			ids: new Set<string>(),
			usedAt: 0,
		};
		this.byLife.set(life, execution);
		return execution;
	}

	/** Whoever repeats a start is the one that still needs it. */
	private move(id: string, start: KeptStart, execution: Execution): void {
		start.execution.ids.delete(id);
		if (start.execution.ids.size === 0) this.executions.delete(start.execution);
		start.execution = execution;
		execution.ids.add(id);
	}

	private drop(id: string): void {
		const start = this.starts.get(id);
		if (!start) return;
		if (start.run) this.owners.delete(start.run.id);
		this.letGo(start);
		start.execution.ids.delete(id);
		this.starts.delete(id);
	}

	private forgetOld(now: number): void {
		const { maxEntries, maxIdleMs } = this.bounds;
		for (const execution of this.executions) {
			const mayStay = () => now - execution.usedAt <= maxIdleMs && this.starts.size <= maxEntries;
			if (mayStay()) return;
			if (execution.life?.deref()) continue;
			for (const id of execution.ids) {
				if (mayStay()) return;
				if (this.starts.get(id)?.users === 0) this.drop(id);
			}
			if (execution.ids.size === 0) this.executions.delete(execution);
		}
	}
}
