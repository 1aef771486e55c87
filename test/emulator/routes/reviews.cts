import { ok, type Call, type Handlers } from '../core.cts';
import { ApiError, invalid, notFound } from '../errors.cts';
import { digest } from '../ids.cts';
import { listReply } from '../lists.cts';
import { ownRun } from '../ownership.cts';
import type { ReviewRecord, RunRecord } from '../state.cts';
import type { Schemas } from '../types.cts';
import { reviewView } from '../views.cts';

type Decision = Schemas['ReviewDecision'];

const LONGEST_EDIT = 1_000_000;
const DEEPEST_EDIT = 10;

function depth(value: unknown): number {
	if (value === null || typeof value !== 'object') return 0;
	return 1 + Math.max(0, ...Object.values(value).map(depth));
}

/** Limits on edits, which belong to the form of the body (section 10). */
function checkEdits(decisions: Decision[]): void {
	const issues = decisions.flatMap(({ edited_payload: edit }, index) => {
		const fits = JSON.stringify(edit ?? null).length <= LONGEST_EDIT && depth(edit) <= DEEPEST_EDIT;
		const loc = ['body', 'reviews', index, 'reviewed_data'];
		return fits ? [] : [{ type: 'value_error', loc, msg: 'Payload is too long or too deep' }];
	});
	if (issues.length > 0) throw invalid(issues);
}

function isEdit(review: ReviewRecord, { edited_payload: edit }: Decision): boolean {
	return edit !== undefined && edit !== null && digest(edit) !== digest(review.payload);
}

/** All or nothing: refuses the whole set before anything is kept. */
function checkDecisions(call: Call, run: RunRecord, decided: Map<ReviewRecord, Decision>): void {
	const { mode, runner } = call.core;
	for (const [review, decision] of decided) {
		const name = `Review ${review.nodeExecId}`;
		if (review.status !== 'WAITING') {
			const same = (review.status === 'APPROVED') === decision.approved;
			if (!same || mode.repeatedDecision === 'refuse') {
				throw new ApiError(400, `${name} is already ${review.status}`);
			}
		} else if (isEdit(review, decision) && !review.editable) {
			throw new ApiError(400, `${name} is not editable`);
		}
	}
	const left = runner.reviews
		.of(run)
		.filter((review) => review.status === 'WAITING' && !decided.has(review));
	if (left.length > 0 && mode.omitReviews === 'fail') {
		throw new ApiError(400, 'All waiting reviews of the run must be decided together');
	}
}

function apply(call: Call, review: ReviewRecord, decision: Decision): void {
	if (review.status !== 'WAITING') return;
	const { clock, runner } = call.core;
	review.status = decision.approved ? 'APPROVED' : 'REJECTED';
	review.reviewedAt = clock.now();
	review.comment = decision.message?.trim() || null;
	// Approving for the future discards an edit in any case.
	if (isEdit(review, decision) && !decision.auto_approve_future) {
		review.result = decision.edited_payload;
	}
	if (decision.auto_approve_future && decision.approved) runner.reviews.autoApprove(review);
}

export const reviews: Handlers = {
	listReviews: (call) => {
		const { core, principal, query } = call;
		const rows = [...core.state.reviews.values()].flatMap((review) => {
			const run = core.state.runs.get(review.runId);
			const fits =
				run &&
				!run.deleted &&
				run.userId === principal.user.id &&
				run.organizationId === principal.organization.id &&
				(query.run_id === undefined || query.run_id === run.id) &&
				(query.status === undefined || query.status === review.status);
			return fits ? [{ review, run }] : [];
		});
		return listReply(call, 'reviews', rows.reverse(), ({ review, run }) => reviewView(review, run));
	},

	submitReviews: (call) => {
		const { state, runner } = call.core;
		const { reviews: decisions } = call.body as Schemas['ReviewSubmission'];
		checkEdits(decisions);
		const run = ownRun(call);
		if (decisions.length === 0) throw new ApiError(400, 'At least one review is needed');
		const decided = new Map<ReviewRecord, Decision>();
		for (const decision of decisions) {
			const review = state.reviews.get(decision.node_exec_id);
			if (!review || review.runId !== run.id) {
				throw notFound(`Review ${decision.node_exec_id}`);
			}
			decided.set(review, decision);
		}
		if (run.status !== 'REVIEW' && run.status !== 'INCOMPLETE') {
			throw new ApiError(409, `Run #${run.id} is ${run.status} and not in review`);
		}
		checkDecisions(call, run, decided);
		decided.forEach((decision, review) => apply(call, review, decision));
		if (runner.reviews.of(run).every((review) => review.status !== 'WAITING')) runner.resume(run);
		const approved = [...decided.values()].filter((decision) => decision.approved).length;
		return ok(
			{
				run_id: run.id,
				approved_count: approved,
				rejected_count: decided.size - approved,
			},
			202,
		);
	},
};
