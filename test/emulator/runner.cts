import { touchByRun } from './agents-store.cts';
import type { Values } from './blocks/block.cts';
import type { Core } from './core.cts';
import { Execution } from './execution.cts';
import { newId } from './ids.cts';
import { Reviews } from './reviews.cts';
import type { GraphRecord, GraphVersion, Owned, RunRecord } from './state.cts';
import { surroundingsOf } from './surroundings.cts';
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
	readonly reviews: Reviews;

	constructor(private readonly core: Core) {
		this.reviews = new Reviews(core);
	}

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
		touchByRun(this.core, run);
		if (!run.manual) {
			const around = surroundingsOf(this.core, run, {
				settled: (parked) => this.setStatus(run, parked ? 'REVIEW' : 'COMPLETED'),
				crashed: () => this.setStatus(run, 'FAILED'),
			});
			const execution = new Execution(run, version, around);
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
		this.watchers.get(run.id)?.forEach((notify) => notify());
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

	/** All reviews are decided: through QUEUED back to RUNNING. */
	resume(run: RunRecord): void {
		if (this.core.mode.resumeFails) return;
		const decisions = this.reviews.unused(run);
		this.setStatus(run, 'QUEUED');
		const execution = this.executions.get(run.id);
		if (!execution) {
			this.reviews.markUsed(run);
			return;
		}
		this.queue(run, () => {
			this.reviews.markUsed(run);
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
		this.reviews.rejectWaiting(run);
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
}
