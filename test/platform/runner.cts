import type { Decision } from './blocks/block.cts';
import { BlockError, type Values } from './blocks/block.cts';
import type { Core } from './core.cts';
import { Execution, type Surroundings } from './execution.cts';
import { blockOf, slotOf } from './graphs.cts';
import { newId } from './ids.cts';
import type {
	GraphRecord,
	GraphVersion,
	NodeExecutionRecord,
	Owned,
	ReviewRecord,
	RunRecord,
} from './state.cts';
import { fileUri } from './storage.cts';
import type { RunStatus, Schemas } from './types.cts';

export const FINAL: readonly RunStatus[] = ['COMPLETED', 'FAILED', 'TERMINATED'];

export function isFinal(run: Pick<RunRecord, 'status'>): boolean {
	return FINAL.includes(run.status);
}

/** What a run is started with. */
export interface Start {
	owner: Owned;
	graph: GraphRecord;
	version: GraphVersion;
	agentId: string | null;
	inputs: Values;
	credentials: Record<string, Schemas['CredentialReference']>;
	idempotencyKey?: string | null;
	parentRunId?: string;
	scheduleId?: string;
	createdAt?: Date;
}

/** Moves runs through their states (section 9). */
export class Runner {
	private readonly executions = new Map<string, Execution>();
	private readonly watchers = new Map<string, Set<() => void>>();
	/** Run and node ids joined, for which no more questions are asked. */
	private readonly autoApproved = new Set<string>();

	constructor(private readonly core: Core) {}

	/** Makes a run, QUEUED; it is picked up later unless it is driven by hand. */
	start(start: Start): RunRecord {
		const { owner, graph, version } = start;
		const run: RunRecord = {
			id: newId(),
			...owner,
			agentId: start.agentId,
			graphId: graph.id,
			graphVersion: version.version,
			status: 'QUEUED',
			createdAt: start.createdAt ?? this.core.clock.now(),
			startedAt: null,
			endedAt: null,
			inputs: start.inputs,
			credentials: start.credentials,
			outputs: {},
			nodeExecutions: [],
			costCents: 0,
			durationSeconds: 0,
			idempotencyKey: start.idempotencyKey ?? null,
			shareToken: null,
			parentRunId: start.parentRunId ?? null,
			scheduleId: start.scheduleId ?? null,
			manual: graph.manual,
			deleted: false,
			pickups: 0,
		};
		this.core.state.runs.set(run.id, run);
		if (!run.manual) {
			const execution = new Execution(run, version, this.surroundings(run));
			this.executions.set(run.id, execution);
			this.queue(run, () => execution.start());
		}
		return run;
	}

	/** Sets the status and what goes with it. */
	setStatus(run: RunRecord, status: RunStatus): void {
		const now = this.core.clock.now();
		if (run.status === 'RUNNING' && run.startedAt && status !== 'RUNNING') {
			run.durationSeconds += Math.max(0, (now.getTime() - run.startedAt.getTime()) / 1000);
		}
		if (status === 'RUNNING' && run.status !== 'RUNNING') {
			run.startedAt = now;
			run.pickups += 1;
		}
		run.status = status;
		run.endedAt = FINAL.includes(status) ? now : null;
		if (FINAL.includes(status)) this.ended(run);
		this.watchers.get(run.id)?.forEach((tell) => tell());
	}

	/** Resolves once the run is final, or after a time. */
	async untilFinal(run: RunRecord, longestMs?: number): Promise<void> {
		if (isFinal(run)) return;
		await new Promise<void>((resolve) => {
			const watchers = this.watchers.get(run.id) ?? new Set();
			this.watchers.set(run.id, watchers);
			let cancel = () => {};
			const done = () => {
				watchers.delete(watch);
				cancel();
				resolve();
			};
			const watch = () => {
				if (isFinal(run)) done();
			};
			watchers.add(watch);
			if (longestMs !== undefined) cancel = this.core.clock.after(longestMs, done);
		});
	}

	/** Asks the run to end, and waits for it as long as a stop call does. */
	async stop(run: RunRecord): Promise<void> {
		const { state, clock, mode, options } = this.core;
		for (const child of state.runs.values()) {
			if (child.parentRunId === run.id && !isFinal(child)) void this.stop(child);
		}
		if (run.status !== 'RUNNING') {
			this.terminate(run);
			return;
		}
		clock.after(mode.stopTakesMs, () => this.terminate(run));
		await this.untilFinal(run, options.stopBlocksMs);
	}

	/** Adds a waiting review, and parks a run that is driven by hand. */
	ask(
		run: RunRecord,
		nodeExecId: string,
		nodeId: string,
		asked: Pick<ReviewRecord, 'payload' | 'instructions' | 'editable'>,
	): ReviewRecord {
		const review: ReviewRecord = {
			...asked,
			nodeExecId,
			nodeId,
			runId: run.id,
			userId: run.userId,
			status: 'WAITING',
			requestedAt: this.core.clock.now(),
			reviewedAt: null,
			processed: false,
			comment: null,
			result: asked.payload,
		};
		this.core.state.reviews.set(nodeExecId, review);
		return review;
	}

	reviewsOf(run: RunRecord): ReviewRecord[] {
		return [...this.core.state.reviews.values()].filter((review) => review.runId === run.id);
	}

	/** From now on the node is approved without asking, in this run only (section 10). */
	autoApprove(review: ReviewRecord): void {
		this.autoApproved.add(`${review.runId} ${review.nodeId}`);
	}

	/** All reviews are decided: through QUEUED back to RUNNING. */
	resume(run: RunRecord): void {
		if (this.core.mode.resumeFails) return;
		const decisions = new Map<string, Decision>();
		for (const review of this.reviewsOf(run)) {
			if (review.processed) continue;
			decisions.set(review.nodeExecId, decisionOf(review));
		}
		this.setStatus(run, 'QUEUED');
		const used = () => {
			for (const review of this.reviewsOf(run)) review.processed = true;
		};
		const execution = this.executions.get(run.id);
		if (!execution) {
			used();
			return;
		}
		this.queue(run, () => {
			used();
			execution.resume(decisions);
		});
	}

	private queue(run: RunRecord, go: () => void): void {
		this.core.clock.after(this.core.options.runTimeMs, () => {
			if (run.status !== 'QUEUED') return;
			this.setStatus(run, 'RUNNING');
			this.core.clock.after(this.core.options.runTimeMs, () => {
				if (run.status === 'RUNNING') go();
			});
		});
	}

	private terminate(run: RunRecord): void {
		if (isFinal(run)) return;
		this.executions.get(run.id)?.stop();
		for (const review of this.reviewsOf(run)) {
			if (review.status !== 'WAITING') continue;
			review.status = 'REJECTED';
			review.processed = true;
			review.reviewedAt = this.core.clock.now();
		}
		this.setStatus(run, 'TERMINATED');
	}

	private ended(run: RunRecord): void {
		this.executions.delete(run.id);
		if (run.costCents === 0) return;
		const organization = this.core.state.organizations.get(run.organizationId);
		if (!organization) return;
		organization.balanceCents -= run.costCents;
		organization.transactions.unshift({
			transaction_key: newId(),
			amount_cents: -run.costCents,
			type: 'USAGE',
			transaction_time: this.core.clock.now().toISOString(),
			description: null,
			origin: { graph_id: run.graphId, run_id: run.id },
		});
	}

	private surroundings(run: RunRecord): Surroundings {
		const { clock, storage, state } = this.core;
		return {
			now: () => clock.now(),
			after: (ms, go) => clock.after(ms, go),
			spend: (cents) => {
				run.costCents += cents;
			},
			settled: (parked) => {
				this.setStatus(run, parked ? 'REVIEW' : 'COMPLETED');
			},
			crashed: () => this.setStatus(run, 'FAILED'),
			credential: (node) => {
				const slot = slotOf(node);
				return slot === null ? undefined : run.credentials[slot];
			},
			askReview: (execution, payload, instructions, editable) =>
				this.askInRun(run, execution, { payload, instructions, editable }),
			readFile: async (reference) => {
				const id = /^workspace:\/\/([^#]+)/.exec(reference)?.[1];
				const file = id === undefined ? undefined : state.files.get(id);
				if (!file || file.deleted || file.userId !== run.userId) {
					throw new BlockError(`Cannot read the file ${reference}`);
				}
				return { name: file.name, mimeType: file.mimeType, content: storage.read(file) };
			},
			writeFile: (name, content, mimeType) =>
				fileUri(storage.addContent(run.userId, name, content, mimeType)),
			runGraph: (graphId, number, inputs) => this.runChild(run, graphId, number, inputs),
		};
	}

	private askInRun(
		run: RunRecord,
		execution: NodeExecutionRecord,
		asked: Pick<ReviewRecord, 'payload' | 'instructions' | 'editable'>,
	): Decision | undefined {
		const graph = this.core.state.graphs.get(run.graphId);
		const approved = { approved: true, data: asked.payload, comment: null };
		if (graph?.safeMode === false) return approved;
		if (!this.autoApproved.has(`${run.id} ${execution.nodeId}`)) {
			this.ask(run, execution.id, execution.nodeId, asked);
			return undefined;
		}
		const marker = `auto_approve_${run.id}_${execution.nodeId}`;
		const review = this.ask(run, marker, execution.nodeId, asked);
		review.status = 'APPROVED';
		review.processed = true;
		review.reviewedAt = review.requestedAt;
		return approved;
	}

	private async runChild(
		run: RunRecord,
		graphId: string,
		number: number | null,
		inputs: Values,
	): Promise<Values> {
		const graph = this.core.state.graphs.get(graphId);
		const wanted = number ?? graph?.activeVersion;
		const version = graph?.versions.find((one) => one.version === wanted);
		if (!graph || !version || graph.userId !== run.userId) {
			throw new BlockError(`Graph ${graphId} not found`);
		}
		const { userId, organizationId, teamId, credentials } = run;
		const child = this.start({
			owner: { userId, organizationId, teamId },
			graph,
			version,
			agentId: null,
			inputs,
			credentials,
			parentRunId: run.id,
		});
		await this.untilFinal(child);
		if (child.status !== 'COMPLETED')
			throw new BlockError(`Run of the agent ended ${child.status}`);
		return child.outputs;
	}
}

function decisionOf(review: ReviewRecord): Decision {
	const { status, result, comment } = review;
	return { approved: status === 'APPROVED', data: result, comment };
}

/** The nodes of a version together with those of agents nested inside. */
export function allNodes(core: Core, version: GraphVersion, seen = new Set<string>()) {
	const nodes: GraphVersion['nodes'] = [...version.nodes];
	for (const node of version.nodes) {
		if (blockOf(node).block.block_type !== 'AGENT') continue;
		const id = String(node.input_default?.graph_id);
		const graph = core.state.graphs.get(id);
		const wanted = node.input_default?.graph_version ?? graph?.activeVersion;
		const nested = graph?.versions.find((one) => one.version === wanted);
		if (!nested || seen.has(id)) continue;
		nodes.push(...allNodes(core, nested, new Set([...seen, id])));
	}
	return nodes;
}
