import { sleep } from 'n8n-workflow';

import type { AutoGptClient } from '../http/client';
import { PlatformError } from '../errors/platformError';
import { contentOf } from './keys';
import { findCandidates, findLostRun, notCertain, type LostStart } from './lostRuns';
import { explainOwnKey, otherRun } from './ownKeys';
import { MAX_TRIES, waitBeforeRetry } from '../http/retry';
import { startKeyRules, type StartKeyRules } from '../http/serverFacts';
import { startLedger } from '../process/processState';
import type { Attempt } from '../process/startLedger';
import type { AgentRunRequest, LibraryAgent, Run } from '../contract/types';

/** One run to be started. */
export interface StartRequest {
	agentId: string;
	/** The agent as read before, when the credential may read it. */
	agent?: LibraryAgent;
	body: AgentRunRequest;
	/** Made before the first attempt and sent unchanged with each (behaviour.md section 8). */
	key: string;
	/** True for a key that a user chose: it may have been used for something else. */
	isOwnKey: boolean;
	/** The same whenever n8n repeats this start within an execution, whatever its body is then. */
	attemptId: string;
}

/** The run of a start. */
export interface StartedRun {
	run: Run;
	/** True when AutoGPT never confirmed it: it was found in the run list. */
	wasFound: boolean;
}

/** A start that waits longer than this for the server's `Retry-After` is given up. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Starts a run, once. An attempt whose outcome is unknown is repeated with the same key where the
 * server heeds keys; where it does not, or where a key stays blocked, the run list tells what is
 * known of the run (contract: behaviour.md section 8, rules 3 to 6).
 *
 * @throws PlatformError when no run was started, or when it cannot be known
 */
export async function startRun(client: AutoGptClient, request: StartRequest): Promise<StartedRun> {
	const { agentId, attemptId, body, key } = request;
	const attempt = { credentialKey: client.connection.credentialKey, attemptId };
	const digest = contentOf(agentId, body);
	const earlier = startLedger.find(attempt);
	if (earlier?.run) {
		const inputs = earlier.digest === digest ? (body.inputs ?? {}) : null;
		return { run: { ...earlier.run, inputs }, wasFound: false };
	}
	const { sent, sentAt } = startLedger.open(attempt, { agentId, key, body, digest });
	try {
		// What may have been taken is sent again word for word, though an expression gives more by now.
		const lost: LostStart = { ...request, ...sent, attempt, sentAt };
		return await startOnce(client, lost, earlier !== undefined);
	} finally {
		startLedger.release(attempt);
	}
}

async function startOnce(
	client: AutoGptClient,
	lost: LostStart,
	wasSent: boolean,
): Promise<StartedRun> {
	const starting = wasSent ? startAgain(client, lost) : startOrFind(client, lost, false);
	const started = await starting.catch((error: unknown) => {
		throw isRefusal(error) ? explainOwnKey(client, lost, error) : error;
	});
	const other = otherRun(client, lost, started.run);
	if (other) {
		startLedger.forget(lost.attempt);
		throw other;
	}
	startLedger.settle(lost.attempt, started.run);
	return started;
}

function isRefusal(error: unknown): error is PlatformError {
	return error instanceof PlatformError && error.outcome !== 'unknown';
}

/** A start that was sent before, in vain: only where the server heeds keys it is sent again. */
async function startAgain(client: AutoGptClient, lost: LostStart): Promise<StartedRun> {
	const rules = await startKeyRules(client);
	if (rules === 'kept') return await startOrFind(client, lost, true);
	const reason = client.error({
		message: 'An earlier attempt to start the run was left without a clear answer',
		description: '',
		outcome: 'unknown',
	});
	if (rules === 'ignored') return await findLostRun(client, lost, rules, reason);
	await refuseIfFound(client, lost, rules, reason);
	return await startOrFind(client, lost, true);
}

async function startOrFind(
	client: AutoGptClient,
	lost: LostStart,
	wasSent: boolean,
): Promise<StartedRun> {
	const { agentId, attempt, body, key } = lost;
	const call = { path: { agent_id: agentId }, body, idempotencyKey: key };
	for (let tries = 1; ; tries++) {
		const answer = await client
			.call('startAgentRun', { ...call, repeatOnlyIfRefused: true })
			.catch(acceptUnsettled(attempt, wasSent || tries > 1));
		if (!(answer instanceof PlatformError)) return { run: answer, wasFound: false };
		const rules = await startKeyRules(client);
		const wait = pauseAfter(answer, tries);
		if (rules === 'ignored' || tries >= MAX_TRIES || wait > LONGEST_PAUSE_MS) {
			return await findLostRun(client, lost, rules, answer);
		}
		await sleep(wait, client.cancelSignal);
		const isFault = answer.status !== undefined && answer.status >= 500;
		if (rules === 'freedByFaults' && isFault) await refuseIfFound(client, lost, rules, answer);
	}
}

/** Refusals that come before the key is looked up, and tell nothing of an earlier attempt. */
const BEFORE_THE_KEY = [undefined, 401, 403, 429];

/**
 * For `catch`: takes a failure as an answer after which a run may exist, and throws others. Only a
 * start that was refused at its very first try has surely left no trace: a run that came of an
 * earlier one may hide behind a refusal, where a server frees its key or a proxy refuses.
 */
function acceptUnsettled(attempt: Attempt, isRepeat: boolean): (error: unknown) => PlatformError {
	return (error) => {
		if (!(error instanceof PlatformError)) throw error;
		const { outcome, status } = error;
		const tellsNothing = isRepeat && BEFORE_THE_KEY.includes(status);
		if (outcome === 'unknown' || status === 409 || tellsNothing) return error;
		if (!isRepeat) startLedger.forget(attempt);
		throw error;
	};
}

function pauseAfter({ status, failure }: PlatformError, tries: number): number {
	const retryAfterMs = failure && 'retryAfterMs' in failure ? failure.retryAfterMs : undefined;
	return waitBeforeRetry({ status, retryAfterMs }, tries);
}

/** Older servers free the key of a start that went wrong: a second one would start once more. */
async function refuseIfFound(
	client: AutoGptClient,
	lost: LostStart,
	rules: StartKeyRules,
	reason: PlatformError,
): Promise<void> {
	const candidates = await findCandidates(client, lost);
	if (candidates !== 'missing') {
		throw notCertain(client, rules, reason, candidates);
	}
}
