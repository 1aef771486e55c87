import type { IDataObject } from 'n8n-workflow';

import type { AutoGptClient } from '../../../../client/http/client';
import { mapBounded } from '../../../../client/util/concurrency';
import { PlatformError } from '../../../../client/errors/platformError';
import {
	isStuckAfterAnswer,
	readEdits,
	submitDecisions,
	type EditState,
} from '../../../../client/runs/reviews';
import { addHint } from '../../framework/hints';
import type { Item } from '../../framework/item';
import type { BatchOperation, ItemResult } from '../../framework/operation';
import { waitForItems } from '../../wait/waitForItems';
import { answerFields } from './answerFields';
import { readAnswers, type Answer } from './answers';
import { findRuns, planRun, RUNS_AT_ONCE, spreadAnswers, type RunPlan } from './plan';

function byRun(answers: Answer[]): Map<string, Answer[]> {
	const groups = new Map<string, Answer[]>();
	for (const answer of answers) {
		if (answer.runId === '') continue;
		groups.set(answer.runId, [...(groups.get(answer.runId) ?? []), answer]);
	}
	return groups;
}

async function plan(client: AutoGptClient, answers: Answer[]): Promise<RunPlan[]> {
	return await mapBounded([...byRun(answers)], RUNS_AT_ONCE, async ([runId, group]) => {
		try {
			return await planRun(client, runId, group);
		} catch (error) {
			for (const answer of group) answer.fail(error);
			return { runId, answers: group, decisions: [], leftOver: [], alsoAnswered: [] };
		}
	});
}

/** Settles an answer that AutoGPT took; `edit` is what became of its edited data, if it had any. */
function settle(answer: Answer, plan: RunPlan, edit: EditState | undefined): void {
	const { item, reviewId } = answer;
	if (edit === 'tooLate') {
		return answer.fail(
			item.failure(
				`Review '${reviewId}' was answered by someone else a moment before`,
				'The edited data came too late, and does not count: an answer cannot be changed.',
			),
		);
	}
	const { leftOver, alsoAnswered } = plan;
	const edited = edit === 'unknown' ? null : edit === 'stored';
	answer.settle('answered', { edited, leftOver, alsoAnswered });
	if (edited !== null) return;
	addHint(item.functions, {
		message: `AutoGPT does not show whether the edited data of review '${reviewId}' counts: someone may have answered it a moment before. Look at the run.`,
		type: 'warning',
	});
}

/** Sends the answers for one run, and looks whether the run goes on. */
async function send(client: AutoGptClient, run: RunPlan): Promise<void> {
	const { runId, decisions } = run;
	const open = run.answers.filter(({ isOpen }) => isOpen);
	if (decisions.length === 0) return;
	try {
		const sentAt = client.serverNow();
		await submitDecisions(client, runId, decisions);
		const edits = await readEdits(client, runId, decisions, sentAt);
		const isStuck = await isStuckAfterAnswer(client, runId).catch(asGoingOn);
		for (const answer of open) {
			settle(answer, run, edits.get(answer.reviewId));
			if (!isStuck) continue;
			const message = `AutoGPT stored the answer and yet did not take up run '${runId}' again`;
			const cure = 'Answering again does not help. Stop the run and start it anew.';
			answer.fail(answer.item.failure(message, cure));
		}
	} catch (error) {
		for (const answer of open) answer.fail(error);
	}
}

/** For `catch`: an answer that was stored stays so, whether or not the run can be looked at. */
function asGoingOn(error: unknown): boolean {
	if (error instanceof PlatformError) return false;
	throw error;
}

function facts({ runId, reviewId, decision, result }: Answer): IDataObject {
	if (!result || 'failure' in result) return {};
	const { status, edited, leftOver, alsoAnswered } = result;
	return {
		run_id: runId,
		review_id: reviewId,
		node_exec_id: reviewId,
		decision: decision?.approved ? 'approve' : 'reject',
		edited,
		status,
		left_over: leftOver.map(({ node_exec_id }) => node_exec_id),
		also_answered: alsoAnswered.map(({ node_exec_id }) => node_exec_id),
	};
}

function wasTaken({ result }: Answer): boolean {
	return result !== undefined && 'status' in result && result.status !== 'notAnswered';
}

/** What becomes of an item by the answers that it gave: one, or one for each review of its run. */
function outcomeOf(answers: Answer[], waited: ItemResult | undefined): ItemResult {
	const failed = answers.flatMap(({ result }) => (result && 'failure' in result ? [result] : []));
	const [failure] = failed;
	if (failure) return failure;
	if (!waited) return { outputs: answers.map((answer) => ({ json: facts(answer) })) };
	if ('failure' in waited) return waited;
	const [first] = answers;
	const given = first?.isOfAll
		? { answers: answers.map(facts) }
		: { answer: first ? facts(first) : {} };
	return {
		outputs: waited.outputs.map((output) => ({ ...output, json: { ...output.json, ...given } })),
	};
}

/** Waits for the runs of those items that want it; the others are put out as they are. */
async function putOut(
	client: AutoGptClient,
	byItem: Map<Item, Answer[]>,
	stopsAtFailure: boolean,
): Promise<ItemResult[]> {
	const waiting = [...byItem].flatMap(([item, answers]) => {
		const [{ runId, settings } = { runId: '', settings: undefined }] = answers;
		return settings && answers.every(wasTaken) ? [{ item, runId, settings }] : [];
	});
	const waited = await waitForItems(client, waiting, { stopsAtFailure });
	const outcomes = new Map(waiting.map(({ item }, index) => [item, waited[index]]));
	return [...byItem].map(([item, answers]) => outcomeOf(answers, outcomes.get(item)));
}

export const answer: BatchOperation = {
	name: 'Answer',
	value: 'answer',
	action: 'Answer review',
	description: 'Approve or reject what a run asks, so that it goes on',
	fields: answerFields,
	perBatch: async (items, { stopsAtFailure }): Promise<ItemResult[]> => {
		const client = items[0]?.client;
		if (!client) return [];
		const answers = await spreadAnswers(client, readAnswers(items));
		const byItem = new Map(items.map((item): [Item, Answer[]] => [item, []]));
		for (const answer of answers) byItem.get(answer.item)?.push(answer);
		await findRuns(client, answers);
		const plans = await plan(client, answers);
		const issue = answers.some(({ hasFailed }) => hasFailed);
		if (!stopsAtFailure || !issue) {
			await mapBounded(plans, RUNS_AT_ONCE, async (run) => await send(client, run));
			return await putOut(client, byItem, stopsAtFailure);
		}
		return [...byItem.values()].map((given): ItemResult => {
			const failed = given.flatMap(({ result }) => (result && 'failure' in result ? [result] : []));
			return failed[0] ?? { outputs: [] };
		});
	},
};
