import type { IDataObject } from 'n8n-workflow';

import { mapBounded } from '../../client/util/concurrency';
import { PlatformError } from '../../client/errors/platformError';
import { readRun } from '../../client/runs/runs';
import type { Review, RunDetails } from '../../client/contract/types';
import { shapeRun } from '../shared/runOutput';
import { readCompleteList } from './completeList';
import { eventOf, type TriggerEvent } from './events';
import { acceptFault, hitsAll } from './faults';
import type { Poll } from './poll';
import { timeOf } from './runLedger';
import type { ReviewState } from './state';

/** Looks in a row at which a review must be absent before it counts as answered. */
const LOOKS_TO_FORGET = 3;
const READS_AT_ONCE = 6;

/** Which reviews are new, and what is remembered then. */
export function compareReviews(
	before: ReviewState | undefined,
	listed: Review[],
	isOtherAccount: boolean,
): { asked: Review[]; state: ReviewState } {
	const known = before?.waiting ?? {};
	const isFirst = before === undefined || isOtherAccount;
	const ids = new Set(listed.map(({ node_exec_id }) => node_exec_id));
	const absent = Object.entries(known)
		.filter(([id, looks]) => !ids.has(id) && looks + 1 < LOOKS_TO_FORGET)
		.map(([id, looks]): [string, number] => [id, looks + 1]);
	const waiting = Object.fromEntries([
		...absent,
		...[...ids].map((id): [string, number] => [id, 0]),
	]);
	const asked = isFirst ? [] : listed.filter(({ node_exec_id: id }) => known[id] === undefined);
	asked.sort((a, b) => timeOf(a.requested_at) - timeOf(b.requested_at));
	return { asked, state: { waiting } };
}

/** The reviews that wait for a person, of the agents that count. */
export async function waitingReviews(poll: Poll): Promise<Review[]> {
	const { rows } = await readCompleteList(
		poll.client,
		'listReviews',
		{ query: { status: 'WAITING' } },
		{ idOf: ({ node_exec_id }) => node_exec_id, growsAtHead: false },
	);
	return rows.filter(({ status }) => status === 'WAITING');
}

async function runJson(poll: Poll, run: RunDetails): Promise<IDataObject | null> {
	const { output, allValues } = poll.settings;
	const agentId = await poll.agentOf(run.graph_id);
	const form = output === 'raw' ? 'raw' : 'simplified';
	const [shaped] = shapeRun(poll.client.connection, { run, agentId }, { form, allValues });
	return shaped?.json ?? null;
}

/** The event that a run asks a person. */
export async function reviewEvent(
	poll: Poll,
	review: Review,
	run: RunDetails | undefined,
): Promise<TriggerEvent> {
	return eventOf('review.requested', [review.node_exec_id], {
		...(review as unknown as IDataObject),
		run: run ? await runJson(poll, run) : null,
	});
}

/** The run that asks; undefined when it cannot be read, for the person is asked all the same. */
export async function askingRun(poll: Poll, runId: string): Promise<RunDetails | undefined> {
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
	const runs = await mapBounded(ids, READS_AT_ONCE, async (id) => await askingRun(poll, id));
	return new Map(runs.flatMap((run) => (run ? [[run.id, run] as const] : [])));
}

/** Finds out which reviews were requested since the last poll and still wait. */
export async function pollReviews(
	poll: Poll,
	before: ReviewState | undefined,
	isOtherAccount: boolean,
): Promise<{ state: ReviewState; events: TriggerEvent[] }> {
	const listed = await waitingReviews(poll);
	const { asked, state } = compareReviews(before, listed, isOtherAccount);
	const wanted = asked.filter(({ graph_id }) => poll.wants(graph_id));
	const runs = await runsOf(poll, wanted);
	const events = await mapBounded(
		wanted,
		1,
		async (review) => await reviewEvent(poll, review, runs.get(review.run_id)),
	);
	return { state, events };
}
