import type { IDataObject } from 'n8n-workflow';

import { Agents } from '../../../../client/agents/agents';
import type { AutoGptClient } from '../../../../client/http/client';
import { mapBounded } from '../../../../client/util/concurrency';
import { PlatformError } from '../../../../client/errors/platformError';
import { isStuckAfterAnswer, submitDecisions } from '../../../../client/runs/reviews';
import type { BatchOperation, Outcome } from '../../framework/operation';
import { waitForItems } from '../../wait/waitForItems';
import { answerFields } from './answerFields';
import { readAnswers, type Answer } from './answers';
import { findRuns, planRun, type RunPlan } from './plan';

const RUNS_AT_ONCE = 4;

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
			return { runId, answers: group, decisions: [], leftOver: [], edited: new Set<string>() };
		}
	});
}

/** Sends the answers for one run, and looks whether the run goes on. */
async function send(client: AutoGptClient, run: RunPlan): Promise<void> {
	const { runId, decisions, leftOver, edited } = run;
	const open = run.answers.filter(({ isOpen }) => isOpen);
	if (decisions.length === 0) return;
	try {
		await submitDecisions(client, runId, decisions);
		const isStuck = await isStuckAfterAnswer(client, runId).catch(asGoingOn);
		for (const answer of open) {
			const { item, reviewId } = answer;
			answer.settle('answered', { edited: edited.has(reviewId), leftOver });
			if (!isStuck) continue;
			const message = `AutoGPT stored the answer and yet did not take up run '${runId}' again`;
			const cure = 'Answering again does not help. Stop the run and start it anew.';
			answer.fail(item.failure(message, cure));
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
	const { status, edited, leftOver } = result;
	return {
		run_id: runId,
		node_exec_id: reviewId,
		decision: decision?.approved ? 'approve' : 'reject',
		edited,
		status,
		left_over: leftOver.map(({ node_exec_id }) => node_exec_id),
	};
}

function wasTaken({ result }: Answer): boolean {
	return result !== undefined && 'status' in result && result.status !== 'notAnswered';
}

/** Waits for the runs of those items that want it; the others are put out as they are. */
async function putOut(
	client: AutoGptClient,
	answers: Answer[],
	stopsAtFailure: boolean,
): Promise<Outcome[]> {
	const waiting = answers.flatMap((answer) => {
		const { item, runId, settings } = answer;
		return settings && wasTaken(answer) ? [{ item, runId, settings }] : [];
	});
	const waited = await waitForItems(client, waiting, new Agents(client), { stopsAtFailure });
	const outcomes = new Map(waiting.map(({ item }, index) => [item, waited[index]]));
	return answers.map((answer): Outcome => {
		const { result } = answer;
		if (result && 'failure' in result) return result;
		const outcome = outcomes.get(answer.item);
		if (!outcome) return { outputs: [{ json: facts(answer) }] };
		if ('failure' in outcome) return outcome;
		return {
			outputs: outcome.outputs.map((output) => ({
				...output,
				json: { ...output.json, answer: facts(answer) },
			})),
		};
	});
}

export const answer: BatchOperation = {
	name: 'Answer',
	value: 'answer',
	action: 'Answer review',
	description: 'Approve or reject what a run asks, so that it goes on',
	fields: answerFields,
	perBatch: async (items, { stopsAtFailure }): Promise<Outcome[]> => {
		const client = items[0]?.client;
		if (!client) return [];
		const answers = readAnswers(items);
		await findRuns(client, answers);
		const plans = await plan(client, answers);
		const issue = answers.some(({ hasFailed }) => hasFailed);
		if (!stopsAtFailure || !issue) {
			await mapBounded(plans, RUNS_AT_ONCE, async (run) => await send(client, run));
			return await putOut(client, answers, stopsAtFailure);
		}
		return answers.map(({ result }): Outcome => {
			return result && 'failure' in result ? result : { outputs: [] };
		});
	},
};
