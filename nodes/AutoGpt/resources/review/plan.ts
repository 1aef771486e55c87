import type { AutoGptClient } from '../../../../client/http/client';
import { mapBounded } from '../../../../client/util/concurrency';
import { acceptStatus, PlatformError } from '../../../../client/errors/platformError';
import {
	isEdit,
	notWaiting,
	issueWith,
	readReviews,
	titleOf,
} from '../../../../client/runs/reviews';
import { readRun, readWaitingReviews } from '../../../../client/runs/runs';
import type { Review, ReviewDecision } from '../../../../client/contract/types';
import { EDIT_SWITCH } from './editForm';
import { asBody, editOf, failTwins, OTHERS, type Answer } from './answers';

export const RUNS_AT_ONCE = 4;

/** What will be sent for one run. */
export interface RunPlan {
	runId: string;
	answers: Answer[];
	/** Empty when nothing is to be sent. */
	decisions: ReviewDecision[];
	/** Reviews that no item answers. */
	leftOver: Review[];
	/** Those of them that are answered all the same, as the items want it. */
	alsoAnswered: Review[];
}

/** Finds the runs of answers that name their review only. */
export async function findRuns(client: AutoGptClient, answers: Answer[]): Promise<void> {
	const open = () => answers.filter(({ runId, reviewId }) => reviewId !== '' && runId === '');
	for (const query of [{ status: 'WAITING' as const }, {}]) {
		if (open().length === 0) return;
		const reviews = await readReviews(client, query);
		const runs = new Map(reviews.map((review) => [review.node_exec_id, review.run_id]));
		for (const answer of open()) answer.runId = runs.get(answer.reviewId) ?? '';
	}
	for (const answer of open()) {
		const { item, reviewId } = answer;
		answer.fail(
			item.failure(
				`Review '${reviewId}' was not found`,
				'Check the ID: it is the review_id that Review > Get Many returns. The credential must belong to the account that owns the run.',
			),
		);
	}
}

/**
 * Makes an answer for each review that waits of answers that are for all reviews of a run. One that
 * comes later was seen by nobody: planning finds that no item answers it.
 */
export async function spreadAnswers(client: AutoGptClient, answers: Answer[]): Promise<Answer[]> {
	const spread = await mapBounded(answers, RUNS_AT_ONCE, async (answer): Promise<Answer[]> => {
		if (!answer.isOfAll || !answer.isOpen) return [answer];
		try {
			const waiting = await readWaitingReviews(client, answer.runId);
			if (waiting.length === 0) throw await notWaiting(client, answer.runId);
			return waiting.map(({ node_exec_id }) => answer.to(node_exec_id));
		} catch (error) {
			answer.fail(error);
			return [answer];
		}
	});
	return spread.flat();
}

/** Settles an answer to a review that does not wait. */
function settleDecided(answer: Answer, review: Review): void {
	const { item, decision } = answer;
	const approved = review.status === 'APPROVED';
	const before = `Review ${titleOf(review)} was ${approved ? 'approved' : 'rejected'} already`;
	if (decision?.approved !== approved) {
		return answer.fail(
			item.failure(before, 'Someone answered it before, and an answer cannot be changed.'),
		);
	}
	if (isEdit(review, editOf(answer, review))) {
		return answer.fail(
			item.failure(before, 'The edited data came too late: an answer cannot be changed.'),
		);
	}
	answer.settle('alreadyAnswered');
}

/** Settles the answers whose reviews do not wait: they were answered, or the run has none such. */
async function settleOthers(client: AutoGptClient, runId: string, answers: Answer[]) {
	if (answers.length === 0) return;
	const reviews = await readReviews(client, { run_id: runId });
	const byId = new Map(reviews.map((review) => [review.node_exec_id, review]));
	const run = answers.every(({ reviewId }) => byId.has(reviewId))
		? undefined
		: await readRun(client, runId).catch(acceptStatus(403, 404));
	const missingRun = run instanceof PlatformError && run.status === 404 ? run : undefined;
	const ended =
		run && !(run instanceof PlatformError) && run.status !== 'REVIEW'
			? await notWaiting(client, runId)
			: undefined;
	for (const answer of answers) {
		const review = byId.get(answer.reviewId);
		try {
			if (review) settleDecided(answer, review);
			else {
				const unknown = answer.item.failure(
					`Run '${runId}' has no review '${answer.reviewId}'`,
					'Check both IDs: a review belongs to one run. Review > Get Many shows them. If the run belongs to another member of your organization, only its owner can answer its reviews.',
				);
				answer.fail(missingRun ?? ended ?? unknown);
			}
		} catch (error) {
			answer.fail(error);
		}
	}
}

/** Refuses edited data that is wanted and gave nothing: the data would be approved as it is. */
function requireEdit({ item, decision }: Answer, review: Review, edit: unknown): void {
	if (!decision?.approved || !review.editable) return;
	const lacking = decision.form?.lacking.map((name) => `'${name}'`).join(', ');
	if (lacking) {
		throw item.failure(
			`The form returns nothing for ${lacking} of review ${titleOf(review)}`,
			'Check the expressions. A field whose data is to stay as it is must be empty. Nothing was sent for this run.',
		);
	}
	if (decision.form && edit === undefined) {
		throw item.failure(
			`The form for review ${titleOf(review)} is empty`,
			`Fill in what is to be edited. To approve the data as it is, turn '${EDIT_SWITCH}' off. Nothing was sent for this run.`,
		);
	}
}

/** Checks an answer against its review; a failure is kept with the answer. */
function decide(answer: Answer, review: Review, plan: RunPlan): void {
	try {
		if (answer.decision?.lacksEdit && answer.decision.approved && review.editable) {
			throw answer.item.failure(
				`'Edited Data' returns nothing for review ${titleOf(review)}`,
				"Check its expression. To approve the data as it is, take 'Edited Data' away, or let it return the data of the review. Nothing was sent for this run.",
			);
		}
		const edit = editOf(answer, review);
		requireEdit(answer, review, edit);
		const issue = issueWith(review, edit);
		if (issue) {
			throw answer.item.failure(
				`Review ${titleOf(review)} cannot be answered like this: ${issue}`,
				"Change or take away 'Edited Data'. Nothing was sent for this run.",
			);
		}
		plan.decisions.push(asBody(answer, isEdit(review, edit) ? edit : undefined));
	} catch (error) {
		answer.fail(error);
	}
}

function nothingSent(plan: RunPlan, message: string, description: string): void {
	plan.decisions = [];
	for (const answer of plan.answers) {
		if (answer.isOpen) answer.fail(answer.item.failure(message, description));
	}
}

/** Adds what the user wants for reviews that no item answers. */
function coverLeftOver(plan: RunPlan): void {
	const { runId, leftOver, answers, decisions } = plan;
	const open = answers.filter(({ isOpen }) => isOpen);
	if (leftOver.length === 0 || open.length === 0) return;
	const wishes = new Set(open.map(({ decision }) => decision?.ifLeftOver ?? 'fail'));
	const [wish = 'fail'] = wishes;
	if (wishes.size > 1) {
		nothingSent(
			plan,
			`The items for run '${runId}' want different things for its other reviews: ${[...wishes].join(', ')}`,
			`Choose the same in '${OTHERS}' for all items of a run. Nothing was sent for this run.`,
		);
	} else if (wish === 'approve' || wish === 'reject') {
		const approved = wish === 'approve';
		decisions.push(...leftOver.map(({ node_exec_id }) => ({ node_exec_id, approved })));
		plan.alsoAnswered = leftOver;
		plan.leftOver = [];
	} else if (wish === 'leave') {
		plan.decisions = [];
		for (const answer of open) answer.settle('notAnswered', { leftOver });
	} else {
		nothingSent(
			plan,
			`Run '${runId}' waits for ${leftOver.length} more: ${leftOver.map(titleOf).join(', ')}`,
			"AutoGPT takes the answers to all waiting reviews of a run together, so nothing was sent. Give an item for each of them, or choose in 'Other Pending Reviews' what becomes of the others.",
		);
	}
}

/** Reads what a run waits for, and makes of the items' answers what will be sent. */
export async function planRun(
	client: AutoGptClient,
	runId: string,
	answers: Answer[],
): Promise<RunPlan> {
	const waiting = await readWaitingReviews(client, runId);
	const byId = new Map(waiting.map((review) => [review.node_exec_id, review]));
	const answered = new Set(answers.map(({ reviewId }) => reviewId));
	const plan: RunPlan = {
		runId,
		answers,
		decisions: [],
		leftOver: waiting.filter(({ node_exec_id }) => !answered.has(node_exec_id)),
		alsoAnswered: [],
	};
	failTwins(answers);
	const open = answers.filter(({ isOpen }) => isOpen);
	await settleOthers(
		client,
		runId,
		open.filter(({ reviewId }) => !byId.has(reviewId)),
	);
	for (const answer of open) {
		const review = byId.get(answer.reviewId);
		if (review) decide(answer, review, plan);
	}
	const sent = new Set(plan.decisions.map(({ node_exec_id }) => node_exec_id));
	const spoilt = waiting.filter(({ node_exec_id: id }) => answered.has(id) && !sent.has(id));
	if (spoilt.length === 0) coverLeftOver(plan);
	else {
		nothingSent(
			plan,
			`Another answer for run '${runId}' cannot be used: ${spoilt.map(titleOf).join(', ')}`,
			'AutoGPT takes the answers to all waiting reviews of a run together, so nothing was sent. Correct the item of that review.',
		);
	}
	return plan;
}
