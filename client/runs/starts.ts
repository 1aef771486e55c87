import type { AutoGptClient } from '../http/client';
import { PlatformError } from '../errors/platformError';
import { contentOf } from './keys';
import { probeKey } from './keyProbe';
import {
	findCandidates,
	isOlder,
	mayBeForgotten,
	notCertain,
	type Candidates,
	type LostStart,
} from './lostRuns';
import { explainOwnKey, otherRun } from './ownKeys';
import { MAX_TRIES, waitBeforeRetry } from '../http/retry';
import { startKeyRules, type StartKeyRules } from '../http/serverFacts';
import { startLedger } from '../process/processState';
import type { Attempt } from '../process/startLedger';
import type { GraphVersion } from '../contract/calls';
import type { AgentRunRequest, LibraryAgent, Run } from '../contract/types';

/** One run to be started. */
export interface StartRequest {
	agentId: string;
	/** The agent as read before, when the credential may read it. */
	agent?: LibraryAgent;
	/** The graph that the user chose instead, by which another API may start it. */
	choice?: GraphVersion;
	/** The block that the user chose, which another API runs by itself. */
	blockId?: string;
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
	/** The agent that was started: where n8n repeats a start, the one that it was sent for first. */
	agentId: string;
	/** True for a key of the node's own that gave a run from before this execution. */
	isEarlier: boolean;
}

/** A start that waits longer than this for the server's `Retry-After` is given up. */
const LONGEST_PAUSE_MS = 60_000;
/** A run may show up in the list a moment after its start. */
const PAUSE_BEFORE_LOOK_MS = 1_500;
/** Where the connection was lost, AutoGPT may still be at work. */
const SECOND_PAUSE_MS = 3_000;

/**
 * Starts a run, once. A start whose outcome is unknown is sent again, with the same key and word for
 * word, only after a look at the list of runs and, where a run may be its own, at what AutoGPT knows
 * of the key: the description of a server does not tell the ways in which its keys fail (contract:
 * behaviour.md section 8, the weakest column that heeds keys at all). No run is taken for it that
 * AutoGPT did not return for its key.
 *
 * @throws PlatformError when no run was started, or when it cannot be known
 */
export async function startRun(client: AutoGptClient, request: StartRequest): Promise<StartedRun> {
	const { agent, agentId, attemptId, blockId, body, choice, isOwnKey, key } = request;
	const attempt = { credentialKey: client.connection.credentialKey, attemptId };
	const digest = contentOf(agentId, body);
	const earlier = startLedger.find(attempt);
	if (earlier?.run) {
		const inputs = earlier.digest === digest ? (body.inputs ?? {}) : null;
		return { run: { ...earlier.run, inputs }, agentId: earlier.agentId, isEarlier: false };
	}
	const graphId = agent?.graph_id ?? choice?.graphId;
	const content = { agentId, graphId, choice, blockId, key, isOwnKey, body, digest };
	const { sent, sentAt, serverSentAt } = startLedger.open(attempt, content, {
		serverTime: client.isServerTimeKnown ? client.serverNow().getTime() : undefined,
		execution: client.cancelSignal,
	});
	try {
		// What may have been taken is sent again word for word, though an expression gives more by now.
		const lost: LostStart = { ...content, ...sent, agent, attempt, sentAt, serverSentAt };
		if (lost.digest !== digest && !sent?.body) lost.isBodyLost = true;
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
	const run = await startOrFind(client, lost, wasSent).catch((error: unknown) => {
		throw isRefusal(error) ? explainOwnKey(client, lost, error) : error;
	});
	const other = otherRun(client, lost, run);
	if (other) {
		startLedger.forget(lost.attempt);
		throw other;
	}
	startLedger.settle(lost.attempt, run);
	const isEarlier = !lost.isOwnKey && !wasSent && isOlder(client, lost, run);
	return { run, agentId: lost.agentId, isEarlier };
}

function isRefusal(error: unknown): error is PlatformError {
	return error instanceof PlatformError && error.outcome !== 'unknown';
}

function earlierAttempt(client: AutoGptClient): PlatformError {
	return client.error({
		message: 'An earlier attempt to start the run was left without a clear answer',
		description: '',
		outcome: 'unknown',
	});
}

async function startOrFind(client: AutoGptClient, lost: LostStart, wasSent: boolean): Promise<Run> {
	let doubt = wasSent ? earlierAttempt(client) : undefined;
	let seen: Candidates = 'missing';
	let isHeld = false;
	for (let tries = 1; tries <= MAX_TRIES; tries++) {
		if (doubt) {
			const rules = await rulesFor(client, lost);
			seen = await lookBeforeRepeat(client, lost, rules, doubt, tries);
			const verdict = await judge(client, lost, rules, seen);
			if (verdict === 'giveUp') throw notCertain(client, rules, doubt, seen);
			isHeld = verdict === 'held';
			if (verdict === 'held' || verdict === 'wait') continue;
			if (verdict !== 'repeat') return verdict.run;
		}
		const response = await send(client, lost, doubt !== undefined);
		if (!(response instanceof PlatformError)) return response;
		doubt = response;
		isHeld = response.status === 409;
	}
	const rules = await rulesFor(client, lost);
	// The run of a user's own key may be from before this execution.
	const wholeKeyLife = isHeld && lost.isOwnKey;
	const isSeen = typeof seen !== 'string' && !wholeKeyLife;
	throw notCertain(
		client,
		rules,
		doubt ?? earlierAttempt(client),
		isSeen ? seen : await findCandidates(client, lost, { rules, wholeKeyLife }),
	);
}

/**
 * How far the key of a start is heeded: not at all where AutoGPT may have forgotten it, or where it
 * went to a server that knows no keys, even if that has been updated since.
 */
async function rulesFor(client: AutoGptClient, lost: LostStart): Promise<StartKeyRules> {
	// What was sent cannot be sent again word for word, so that no key makes it safe.
	if (lost.isBodyLost || startLedger.find(lost.attempt)?.isUnkeyed) return 'ignored';
	return mayBeForgotten(client, lost) ? 'ignored' : await startKeyRules(client);
}

async function lookBeforeRepeat(
	client: AutoGptClient,
	lost: LostStart,
	rules: StartKeyRules,
	doubt: PlatformError,
	tries: number,
): Promise<Candidates> {
	const wait = pauseAfter(doubt, tries);
	if (wait > LONGEST_PAUSE_MS) {
		throw notCertain(client, rules, doubt, await findCandidates(client, lost, { rules }));
	}
	const pausesMs = [Math.max(wait, PAUSE_BEFORE_LOOK_MS)];
	// AutoGPT's own words come when it is done with the request.
	if (doubt.code === undefined) pausesMs.push(SECOND_PAUSE_MS);
	return await findCandidates(client, lost, { rules, pausesMs });
}

/** What may be done about a start in doubt, after a look at the runs that may be its own. */
async function judge(
	client: AutoGptClient,
	lost: LostStart,
	rules: StartKeyRules,
	seen: Candidates,
): Promise<'repeat' | 'held' | 'wait' | 'giveUp' | { run: Run }> {
	if (rules === 'ignored') return 'giveUp';
	if (seen === 'missing') return 'repeat';
	const state = await probeKey(client, lost);
	if (typeof state === 'object') return state;
	if (state === 'inFlight') return 'held';
	return state === 'recorded' ? 'repeat' : 'wait';
}

async function send(
	client: AutoGptClient,
	{ agentId, attempt, blockId, body, choice, isOwnKey, key }: LostStart,
	isRepeat: boolean,
): Promise<Run | PlatformError> {
	const call = {
		path: { agent_id: agentId },
		...{ body, isOwnKey, blockId, graph: choice, idempotencyKey: key },
		beforeUnkeyedStart: () => startLedger.noteUnkeyed(attempt),
	};
	return await client
		.call('startAgentRun', { ...call, repeatOnlyIfRefused: true })
		.catch(acceptUnsettled(attempt, isRepeat));
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
