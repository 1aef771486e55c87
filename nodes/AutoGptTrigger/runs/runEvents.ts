import type { IDataObject } from 'n8n-workflow';

import { runUrl } from '../../../client/agents/agents';
import { PlatformError } from '../../../client/errors/platformError';
import { outcomeOf, type RunOutcome } from '../../../client/runs/results';
import type { Run, RunDetails, RunStatus } from '../../../client/contract/types';
import { attachRunFiles } from '../../shared/runFiles';
import { rounded, shapeRun } from '../../shared/runOutput';
import { eventOf, type TriggerEvent } from '../event';
import { acceptFault } from '../faults';
import type { Poll } from '../poll';
import type { DueRun } from './runState';

/** The two kinds of events of runs, as the field Events names them. */
export const RUN_STARTED = 'runStarted';
export const RUN_FINISHED = 'runFinished';

/** RunOutcome that the status alone proves; COMPLETED needs the blocks, too. */
function outcomeOfStatus(status: RunStatus): RunOutcome | undefined {
	if (status === 'FAILED') return 'failed';
	return status === 'TERMINATED' ? 'stopped' : undefined;
}

/** Whether the user chose this outcome of a run. */
export function isChosen(poll: Poll, outcome: RunOutcome): boolean {
	return [...poll.settings.outcomes].some((chosen) => chosen === outcome);
}

function wantsEveryCompletion({ settings: { outcomes } }: Poll): boolean {
	return outcomes.has('completed') && outcomes.has('completedWithFailedBlocks');
}

/** What a row of a list decides about a finished run: whether it must be read as well. */
export function needOf(poll: Poll, { graph_id, status }: Run): 'unwanted' | 'asListed' | 'read' {
	const { events, outcomes, output } = poll.settings;
	if (!events.has(RUN_FINISHED) || !poll.wants(graph_id)) return 'unwanted';
	const outcome = outcomeOfStatus(status);
	if (outcome && !isChosen(poll, outcome)) return 'unwanted';
	if (!outcome && !outcomes.has('completed') && !outcomes.has('completedWithFailedBlocks')) {
		return 'unwanted';
	}
	const tellsAll = outcome !== undefined || wantsEveryCompletion(poll);
	return output === 'slim' && tellsAll ? 'asListed' : 'read';
}

async function slimRun(poll: Poll, run: Run): Promise<IDataObject> {
	const agentId = await poll.agentOf(run.graph_id);
	return {
		id: run.id,
		agent_id: agentId ?? null,
		graph_id: run.graph_id,
		graph_version: run.graph_version,
		status: run.status,
		url: agentId === undefined ? null : runUrl(poll.client.connection, agentId, run.id),
		started_at: run.started_at,
		ended_at: run.ended_at,
		inputs: run.inputs as IDataObject | null,
		cost_cents: run.cost_cents,
		duration_seconds: rounded(run.duration_seconds),
	};
}

/** The event that a run was started. */
export async function startedEvent(poll: Poll, run: Run): Promise<TriggerEvent> {
	return eventOf('run.started', [run.id], await slimRun(poll, run));
}

function keyOf(run: Run): string[] {
	return [run.id, run.ended_at ?? run.status];
}

/** The event that a run has finished, with what a list shows of it. */
export async function listedEvent(poll: Poll, run: Run): Promise<TriggerEvent> {
	const outcome = outcomeOfStatus(run.status) ?? null;
	return eventOf('run.finished', keyOf(run), { ...(await slimRun(poll, run)), outcome });
}

/** The event that a run has finished, as far as it could be had. */
export interface FinishedRun {
	event: TriggerEvent;
	/** Why files are not with it that may come another time. */
	lacks?: PlatformError;
}

/** The event that a run has finished, with its outputs and, if wanted, their files. */
export async function finishedEvent(poll: Poll, run: RunDetails): Promise<FinishedRun> {
	const { output, allValues, downloadFiles } = poll.settings;
	if (output === 'slim') {
		const slim = await slimRun(poll, run);
		return { event: eventOf('run.finished', keyOf(run), { ...slim, outcome: outcomeOf(run) }) };
	}
	const shape = { form: output, allValues } as const;
	const shaped = shapeRun(poll.client.connection, await poll.known(run), shape);
	const body = { ...shaped[0]?.json, ended_at: run.ended_at };
	const event = eventOf('run.finished', keyOf(run), body);
	if (!downloadFiles) return { event };
	return await withFiles(poll, run, event, shape);
}

/** Whether a file is lacking for a reason that any other file would meet as well. */
function keepsAllFiles({ status, failure }: PlatformError): boolean {
	// The store of the files has answers of its own, which say nothing of the credential.
	return (
		status === 402 || failure?.cause === 'credential-invalid' || failure?.cause === 'rate-limited'
	);
}

/** Whether a file was refused in a way that another try does not change. */
function isRefusedForGood({ status = 0 }: PlatformError): boolean {
	return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** Files that cannot be had must not hold the event back for ever. */
async function withFiles(
	{ client, functions }: Poll,
	run: RunDetails,
	event: TriggerEvent,
	shape: Parameters<typeof attachRunFiles>[3],
): Promise<FinishedRun> {
	const answer = await attachRunFiles({ client, functions }, run, [event], shape).catch(
		acceptFault(keepsAllFiles),
	);
	if (!(answer instanceof PlatformError)) return { event: answer[0] ?? event };
	const without = { ...event, json: { ...event.json, file_failure: answer.message } };
	return isRefusedForGood(answer) ? { event: without } : { event: without, lacks: answer };
}

/** The event that a run has finished which AutoGPT cannot show, although it lists it. */
export function unreadableEvent({ id, graphId, endedAt }: DueRun, reason: string): TriggerEvent {
	const ended_at = endedAt > 0 ? new Date(endedAt).toISOString() : null;
	return eventOf('run.finished', [id, ended_at ?? 'unreadable'], {
		id,
		graph_id: graphId,
		ended_at,
		outputs: null,
		read_failure: reason,
	});
}
