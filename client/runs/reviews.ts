import type { AutoGptClient } from '../http/client';
import { acceptStatus, PASSES, PlatformError } from '../errors/platformError';
import { sameJson } from '../util/canonicalJson';
import { readList, type ListOptions } from '../http/pages';
import { sendOnce } from '../http/unclearWrite';
import { readRun, readWaitingReviews } from './runs';
import type { Review, ReviewDecision } from '../contract/types';
import { pause } from '../process/pause';

export const LONGEST_MESSAGE = 2_000;
const LONGEST_EDIT = 1_000_000;
const DEEPEST_EDIT = 10;
/** How far the server's clock, which shows whole seconds, may be off. */
const CLOCK_TOLERANCE_MS = 2_000;
/** Not a question to anyone, but a note that a block is approved without asking. */
const AUTO_APPROVAL = 'auto_approve_';
/** Pauses before each check whether a run that was answered goes on. */
const PAUSES_AFTER_ANSWER_MS = [0, 250, 750];

/**
 * Reads reviews, oldest first (contract: behaviour.md section 10). Those that wait, and those of one
 * run, are few: they are read to the end, since a limit must not cut off who has waited longest. Of
 * the whole history a limit takes what the server lists first, the newest.
 */
export async function readReviews(
	client: AutoGptClient,
	query: NonNullable<ListOptions<'listReviews'>['query']>,
	limit = Infinity,
): Promise<Review[]> {
	const areFew = query.status === 'WAITING' || query.run_id !== undefined;
	const reviews = await readList(
		client,
		'listReviews',
		{ query },
		areFew ? Infinity : limit,
		({ node_exec_id }) => !node_exec_id.startsWith(AUTO_APPROVAL),
	);
	return reviews
		.sort((a, b) => Date.parse(a.requested_at) - Date.parse(b.requested_at))
		.slice(0, Math.max(0, limit));
}

/** How a person sees which review is meant. */
export function titleOf({ instructions, node_exec_id }: Review): string {
	return instructions ? `'${instructions}' (${node_exec_id})` : `'${node_exec_id}'`;
}

function depthOf(value: unknown): number {
	if (typeof value !== 'object' || value === null) return 0;
	return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** Whether edited data differs from what the review asks about. */
export function isEdit({ payload }: Review, edit: unknown): boolean {
	return edit !== undefined && !sameJson(edit, payload);
}

/** Why edited data cannot be sent; undefined when it can. */
export function issueWith(review: Review, edit: unknown): string | undefined {
	if (!isEdit(review, edit)) return undefined;
	if (!review.editable) return 'it cannot be edited';
	if (edit === null) return 'null cannot be sent as edited data';
	if (JSON.stringify(edit).length > LONGEST_EDIT) {
		return 'the edited data is longer than 1,000,000 characters of JSON';
	}
	if (depthOf(edit) > DEEPEST_EDIT) return 'the edited data is nested deeper than 10 levels';
	return undefined;
}

/** Whether all decisions are stored. */
async function areStored(
	client: AutoGptClient,
	runId: string,
	decisions: ReviewDecision[],
): Promise<boolean> {
	const reviews = await readReviews(client, { run_id: runId });
	const statuses = new Map(reviews.map((review) => [review.node_exec_id, review.status]));
	return decisions.every(
		({ node_exec_id, approved }) =>
			statuses.get(node_exec_id) === (approved ? 'APPROVED' : 'REJECTED'),
	);
}

/** The failure of an answer to a run that does not wait for one. */
export async function notWaiting(client: AutoGptClient, runId: string): Promise<PlatformError> {
	const run = await readRun(client, runId).catch(acceptStatus(403));
	const state = run instanceof PlatformError ? '' : ` Its status is ${run.status}.`;
	return client.error({
		message: `Run '${runId}' does not wait for an answer any more`,
		description: `Its reviews were answered, or it was stopped or has ended.${state} Nothing was changed.`,
		status: 409,
		outcome: 'refused',
	});
}

function changedMeanwhile(client: AutoGptClient, runId: string, refusal: PlatformError) {
	const { message, status, code, outcome } = refusal;
	const description = `Nothing was stored. Reviews of run '${runId}' may have come or been answered in between: execute the node again.`;
	return client.error({ message, description, status, code, outcome });
}

/**
 * Answers reviews of a run. The answer is sent once: when its outcome is unclear, the reviews are
 * read to find out whether it was stored.
 *
 * @param decisions one for every review of the run that waits: AutoGPT wants all of them together
 */
export async function submitDecisions(
	client: AutoGptClient,
	runId: string,
	decisions: ReviewDecision[],
): Promise<void> {
	const options = { path: { run_id: runId }, body: { reviews: decisions } };
	await sendOnce(client, {
		send: async () => Boolean(await client.call('submitReviews', options)),
		find: async () => (await areStored(client, runId, decisions)) || undefined,
		refused: async (refusal) => {
			if (refusal.status === 409) return await notWaiting(client, runId);
			return refusal.status === 400 ? changedMeanwhile(client, runId, refusal) : refusal;
		},
		unclear: ({ message, status }, result) => ({
			message,
			description:
				result === 'missing'
					? `The reviews of run '${runId}' were read afterwards: they still wait, so the answer may be sent again.`
					: `It could not be read whether the answer was stored. Look at run '${runId}' in AutoGPT before you answer again.`,
			status,
			outcome: 'unknown',
			...(result === 'missing' ? { failure: PASSES } : {}),
		}),
	});
}

/** Whether edited data counts that was sent. */
export type EditState = 'stored' | 'tooLate' | 'unknown';

/**
 * Reads whether edited data counts: AutoGPT takes an edit of a review that someone approved a moment
 * before as a success, and drops it (contract: behaviour.md section 10). The contract does not say
 * that a review shows its edit; where it shows the old data, nothing is proved but by a comment that
 * is not ours, or by an answer older than ours.
 *
 * @param sentAt when the answer was sent, by the server's clock
 * @returns by ID, for decisions with edited data
 */
export async function readEdits(
	client: AutoGptClient,
	runId: string,
	decisions: ReviewDecision[],
	sentAt: Date,
): Promise<Map<string, EditState>> {
	const edits = decisions.filter(({ edited_payload }) => edited_payload !== undefined);
	if (edits.length === 0) return new Map();
	const reviews = await readReviews(client, { run_id: runId }).catch(asUnread);
	const byId = new Map(reviews.map((review) => [review.node_exec_id, review]));
	return new Map(
		edits.map((decision) => {
			const review = byId.get(decision.node_exec_id);
			return [decision.node_exec_id, review ? editState(review, decision, sentAt) : 'unknown'];
		}),
	);
}

/** For `catch`: reviews that cannot be read show nothing; what Stop raises passes. */
function asUnread(error: unknown): Review[] {
	if (error instanceof PlatformError) return [];
	throw error;
}

function editState(review: Review, decision: ReviewDecision, sentAt: Date): EditState {
	if (sameJson(review.payload, decision.edited_payload)) return 'stored';
	if ((review.reviewer_comment || null) !== (decision.message || null)) return 'tooLate';
	const decidedAt = review.reviewed_at === null ? NaN : Date.parse(review.reviewed_at);
	return decidedAt < sentAt.getTime() - CLOCK_TOLERANCE_MS ? 'tooLate' : 'unknown';
}

/**
 * Whether AutoGPT stored the answers to a run and yet did not take it up again (contract:
 * behaviour.md section 10, last row). A run that cannot be read counts as one that goes on.
 *
 * @throws PlatformError when AutoGPT is out of reach, and what Stop in n8n raises
 */
export async function isStuckAfterAnswer(client: AutoGptClient, runId: string): Promise<boolean> {
	for (const pauseMs of PAUSES_AFTER_ANSWER_MS) {
		await pause(pauseMs, client.cancelSignal);
		const run = await readRun(client, runId).catch(acceptStatus(403, 404));
		if (run instanceof PlatformError || run.status !== 'REVIEW') return false;
		const waiting = await readWaitingReviews(client, runId);
		if (waiting.length > 0) return false;
	}
	return true;
}
