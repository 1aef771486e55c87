import type { Decision } from './blocks/block.cts';
import type { Core } from './core.cts';
import type { NodeExecutionRecord, ReviewRecord, RunRecord } from './state.cts';

type Asked = Pick<ReviewRecord, 'payload' | 'instructions' | 'editable'>;

/** Where runs put their questions to people (section 10). */
export class Reviews {
	/** Run and node ids joined, for which no more questions are asked. */
	private readonly autoApproved = new Set<string>();

	constructor(private readonly core: Core) {}

	/** Adds a waiting review. */
	ask(run: RunRecord, nodeExecId: string, nodeId: string, asked: Asked): ReviewRecord {
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

	/** All reviews that the run ever asked for. */
	of(run: RunRecord): ReviewRecord[] {
		return [...this.core.state.reviews.values()].filter((review) => review.runId === run.id);
	}

	/** From now on the node is approved without asking, in this run only (section 10). */
	autoApprove(review: ReviewRecord): void {
		this.autoApproved.add(`${review.runId} ${review.nodeId}`);
	}

	/** Asks from within a run; nobody is asked without safe mode or once approved for good. */
	askInRun(run: RunRecord, execution: NodeExecutionRecord, asked: Asked): Decision | undefined {
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

	/** Decisions that the run has not used yet, by the node executions that wait for them. */
	unused(run: RunRecord): Map<string, Decision> {
		const reviews = this.of(run).filter((review) => !review.processed);
		return new Map(reviews.map((review) => [review.nodeExecId, decisionOf(review)]));
	}

	/** The run has used its decisions. */
	markUsed(run: RunRecord): void {
		for (const review of this.of(run)) review.processed = true;
	}

	/** A run that was stopped needs no answers any more (section 9). */
	rejectWaiting(run: RunRecord): void {
		for (const review of this.of(run)) {
			if (review.status !== 'WAITING') continue;
			review.status = 'REJECTED';
			review.processed = true;
			review.reviewedAt = this.core.clock.now();
		}
	}
}

function decisionOf(review: ReviewRecord): Decision {
	const { status, result, comment } = review;
	return { approved: status === 'APPROVED', data: result, comment };
}
