import { NodeOperationError } from 'n8n-workflow';

import type { AgentRunRequest, LibraryAgent, Run } from '../../../client/contract/types';
import { asAnswer, PlatformError } from '../../../client/errors/platformError';
import type { Session } from '../../../client/http/session';
import { startLedger } from '../../../client/process/processState';
import { stopRun } from '../../../client/runs/runs';
import { startRun, type StartedRun } from '../../../client/runs/starts';
import { sameJson } from '../../../client/util/canonicalJson';
import { monotonicNow } from '../../../client/util/monotonic';
import type { NodeFailure } from '../framework/operation';
import type { PreparedStart } from './preparedStart';

/** Refusals of a start that may come of an agent, or of credentials, that are others by now. */
const MAY_BE_OUT_OF_DATE: readonly unknown[] = [400, 404, 422];

/** Whether what was found out may rest on answers from before this execution. */
export interface Judged {
	restsOnKept: boolean;
}

/**
 * Judges an item by answers that were kept, and again by new ones where it is refused by them, or
 * where they give the user something to know: what is kept may only speed up a yes. Under a key of
 * the user's own AutoGPT may return a run from before, whose version proves nothing later: such a
 * start is judged by new answers, too.
 */
export async function judgeAfresh<T extends Pick<PreparedStart, 'hint' | 'isOwnKey'>>(
	session: Session,
	judge: () => Promise<T>,
): Promise<T & Judged> {
	if (session.acceptsKept) {
		const first = await judge().catch((error: unknown) => ({ error }));
		const isYes = !('error' in first) && !first.hint && !first.isOwnKey;
		if (isYes) return { ...first, restsOnKept: session.hasUsedKept };
		if (!session.hasUsedKept) {
			if ('error' in first) throw first.error;
			return { ...first, restsOnKept: false };
		}
		session.readAfresh();
	}
	return { ...(await judge()), restsOnKept: false };
}

/**
 * Starts a run. Where that rests on answers from before this execution, and AutoGPT refuses it, or
 * starts another version of the agent, the item is judged again by new answers.
 *
 * @param prepareAgain prepares the same item anew
 */
export async function startOnKept(
	start: PreparedStart & Judged,
	prepareAgain: () => Promise<PreparedStart>,
): Promise<StartedRun & { agent?: LibraryAgent }> {
	const { client } = start.item;
	if (!start.restsOnKept) return { agent: start.agent, ...(await startRun(client, start)) };
	const wasSent = sentBefore(start);
	const answer = await startRun(client, start).catch(asAnswer);
	if (!(answer instanceof PlatformError)) {
		const isNew = !wasSent && !answer.isEarlier;
		const agent = isNew ? await checkVersion(start, answer.run, prepareAgain) : start.agent;
		return { ...answer, agent };
	}
	if (!mayBeOutOfDate(start, answer)) throw answer;
	client.session.readAfresh(monotonicNow());
	const again = await prepareAgain();
	if (again.agentId === start.agentId && sameJson(again.body, start.body)) throw answer;
	return { agent: again.agent, ...(await startRun(client, again)) };
}

/** Whether a start has been sent that may have left a run, in this attempt or in one before. */
function sentBefore({ item, attemptId }: PreparedStart): boolean {
	const { credentialKey } = item.client.connection;
	return startLedger.find({ credentialKey, attemptId }) !== undefined;
}

/** Whether a start was refused, and surely left no run, for what may have changed meanwhile. */
function mayBeOutOfDate(start: PreparedStart, answer: PlatformError): boolean {
	const isRefusal = answer.outcome === 'refused' && MAY_BE_OUT_OF_DATE.includes(answer.status);
	return isRefusal && !sentBefore(start);
}

/**
 * Holds the version of a run against the one that its inputs were checked for: the agent may have
 * been changed meanwhile, and servers do not check all that its schema says.
 *
 * @returns the agent as it is now
 * @throws the item's failure, once the run is stopped, where its inputs do not fit that version
 */
async function checkVersion(
	start: PreparedStart,
	run: Run,
	prepareAgain: () => Promise<PreparedStart>,
): Promise<LibraryAgent | undefined> {
	const { agent, attemptId, item } = start;
	if (!agent || run.graph_version === agent.graph_version) return agent;
	const { connection, session } = item.client;
	session.readAfresh(monotonicNow());
	const again = await prepareAgain().catch((error: unknown) => error);
	const isJudged = again instanceof NodeOperationError;
	// Where the agent cannot be read now, nothing speaks against the run.
	if (!isJudged && !isPrepared(again)) return agent;
	if (isPrepared(again) && isSameForm(again.body, start.body)) return again.agent;
	const { message, description } = isJudged ? again : changed(agent, run);
	const stop = await stopRun(item.client, run.id).catch(asAnswer);
	const isStopped = !(stop instanceof PlatformError);
	// Retry On Fail is to start anew, rather than to go on with a run that was stopped.
	if (isStopped) startLedger.forget({ credentialKey: connection.credentialKey, attemptId });
	throw item.failure(
		message,
		`The agent was changed just before. Its run '${run.id}' had begun in version ${run.graph_version} by then, ${isStopped ? 'and was stopped' : `and could not be stopped (${stop.message})`}. ${description ?? ''}`.trim(),
	);
}

function isPrepared(value: unknown): value is PreparedStart {
	return typeof value === 'object' && value !== null && 'body' in value;
}

/** Whether the same inputs and credentials are sent; values may be those of another moment. */
function isSameForm(one: AgentRunRequest, other: AgentRunRequest): boolean {
	const namesOf = ({ inputs }: AgentRunRequest) => Object.keys(inputs ?? {}).sort();
	return (
		sameJson(namesOf(one), namesOf(other)) &&
		sameJson(one.credentials_inputs ?? {}, other.credentials_inputs ?? {})
	);
}

function changed(
	agent: LibraryAgent,
	run: Run,
): Pick<NodeFailure, 'message'> & { description: string } {
	return {
		message: `Agent '${agent.name}' was changed while its run was started`,
		description: `The inputs and credentials were those for version ${agent.graph_version}, and version ${run.graph_version} takes others. Execute the workflow again.`,
	};
}
