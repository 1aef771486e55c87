import type { IDataObject } from 'n8n-workflow';

import { mapBounded } from '../../../client/util/concurrency';
import { PlatformError } from '../../../client/errors/platformError';
import { isObject } from '../../../client/util/json';
import { entryOf } from '../../../client/util/records';
import { readRun } from '../../../client/runs/runs';
import type { Review, RunDetails } from '../../../client/contract/types';
import { withReviewId } from '../../shared/reviewOutput';
import { shapeRun } from '../../shared/runOutput';
import { readCompleteList, type CompleteList } from '../completeList';
import { eventKind, eventOf, type TriggerEvent } from '../event';
import { acceptFault, hitsAll } from '../faults';
import { POLL_READ_CONCURRENCY, type Poll } from '../poll';
import type { Source } from '../round';
import { newestOf, timeOf } from '../times';

/** Polls in a row at which a review must be absent before it counts as answered. */
const POLLS_TO_FORGET = 3;
/** What a poll counts that may have missed the review: it is forgotten in the end, too. */
const PART_OF_A_POLL = 0.1;

/** What is remembered of reviews: how many polls in a row each was absent. */
export interface ReviewState {
	waiting: Record<string, number>;
}

function areCounts(value: unknown): value is Record<string, number> {
	return isObject(value) && Object.values(value).every((count) => typeof count === 'number');
}

/** Which reviews are new, and what is remembered then. */
export function compareReviews(
	before: ReviewState | undefined,
	{ rows: listed, isComplete }: Pick<CompleteList<Review>, 'rows' | 'isComplete'>,
	isOtherAccount: boolean,
): { asked: Review[]; state: ReviewState } {
	const known = before?.waiting ?? {};
	const isFirst = before === undefined || isOtherAccount;
	const ids = new Set(listed.map(({ node_exec_id }) => node_exec_id));
	const share = isComplete ? 1 : PART_OF_A_POLL;
	const absent = Object.entries(known)
		.filter(([id, absences]) => !ids.has(id) && absences + share < POLLS_TO_FORGET)
		.map(([id, absences]): [string, number] => [id, absences + share]);
	const waiting = Object.fromEntries([
		...absent,
		...[...ids].map((id): [string, number] => [id, 0]),
	]);
	const asked = isFirst
		? []
		: listed.filter(({ node_exec_id: id }) => entryOf(known, id) === undefined);
	asked.sort((a, b) => timeOf(a.requested_at) - timeOf(b.requested_at));
	return { asked, state: { waiting } };
}

/** The reviews that wait for a person, of the agents that count. */
async function waitingReviews(poll: Poll): Promise<CompleteList<Review>> {
	const list = await readCompleteList(
		poll.client,
		'listReviews',
		{ query: { status: 'WAITING' } },
		{
			idOf: ({ node_exec_id }) => node_exec_id,
			growsAtHead: false,
			isOutOfTime: poll.isListTimeOver,
		},
	);
	return { ...list, rows: list.rows.filter(({ status }) => status === 'WAITING') };
}

async function runJson(poll: Poll, run: RunDetails): Promise<IDataObject | null> {
	const { output, allValues } = poll.settings;
	const form = output === 'raw' ? 'raw' : 'simplified';
	const finished = await poll.known(run);
	const [shaped] = shapeRun(poll.client.connection, finished, { form, allValues });
	return shaped?.json ?? null;
}

/** The event that a run requests a review. */
async function reviewEvent(
	poll: Poll,
	review: Review,
	run: RunDetails | undefined,
): Promise<TriggerEvent> {
	return eventOf('review.requested', [review.node_exec_id], {
		...withReviewId(review),
		run: run ? await runJson(poll, run) : null,
	});
}

/** The run that asks; undefined when it cannot be read, for the person is asked all the same. */
async function askingRun(poll: Poll, runId: string): Promise<RunDetails | undefined> {
	// Without READ_RUN, reviews can still be listed.
	const isOfAll = (fault: PlatformError) => fault.status !== 403 && hitsAll(fault);
	const run = await readRun(poll.client, runId).catch(acceptFault(isOfAll));
	if (!(run instanceof PlatformError)) return run;
	poll.warn(`AutoGPT run '${runId}', which asks for a review, could not be read`, run);
	return undefined;
}

/** Reads the runs of reviews, each once; one that cannot be read is left out. */
async function runsOf(poll: Poll, reviews: Review[]): Promise<Map<string, RunDetails>> {
	if (poll.settings.output === 'slim') return new Map();
	const ids = [...new Set(reviews.map(({ run_id }) => run_id))];
	const runs = await mapBounded(
		ids,
		POLL_READ_CONCURRENCY,
		async (id) => await askingRun(poll, id),
	);
	return new Map(runs.flatMap((run) => (run ? [[run.id, run] as const] : [])));
}

/** The reviews that wait now, and those of them that were requested since the last poll. */
const reviews: Source<ReviewState, TriggerEvent[]> = {
	slot: 'reviews',
	restore: (stored) =>
		isObject(stored) && areCounts(stored.waiting) ? { waiting: stored.waiting } : undefined,
	read: async (poll, before, isOtherAccount) => {
		const listed = await waitingReviews(poll);
		const { asked, state } = compareReviews(before, listed, isOtherAccount);
		const wanted = asked.filter(({ graph_id }) => poll.wants(graph_id));
		const runs = await runsOf(poll, wanted);
		const found = await mapBounded(
			wanted,
			1,
			async (review) => await reviewEvent(poll, review, runs.get(review.run_id)),
		);
		return { state, found };
	},
};

export const reviewRequested = eventKind({
	value: 'reviewRequested',
	option: {
		name: 'Review Requested',
		description: 'A run waits for a person to review something',
	},
	howToGetOne: 'run an agent that asks for a review, and leave it unanswered',
	place: 'asked',
	isOfRuns: true,
	poll: async (round) => await round.read(reviews),
	sample: async (poll) => {
		const { rows } = await waitingReviews(poll);
		const wanted = rows.filter(({ graph_id }) => poll.wants(graph_id));
		const review = newestOf(wanted, ({ requested_at }) => requested_at);
		return review && (await reviewEvent(poll, review, await askingRun(poll, review.run_id)));
	},
});
