import { sleep } from 'n8n-workflow';

import { isObject } from './answers';
import type { PlatformClient } from './client';
import { PlatformError } from './errors';
import { sameJson } from './idempotency';
import { readList } from './pages';
import { serverKnowsStartKeys } from './servers';
import type { AgentRunRequest, LibraryAgent, Run } from './types';

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
	/** IDs of runs known to belong to other items, never taken for this one's. */
	claimed: Set<string>;
	/** True when another start of the same batch has the same agent and inputs. */
	hasTwin: boolean;
}

const CLOCK_MARGIN_MS = 60_000;
const LOOKS_FOR_LOST_RUN = 3;
const PAUSE_BEFORE_LOOK_MS = 1_500;

/**
 * Starts a run, once. An attempt whose outcome is unknown is repeated with the same key where the
 * server knows keys; where it does not, or where a key stays blocked, the run list tells whether
 * the run exists (contract: behaviour.md section 8, rules 3 to 6).
 *
 * @throws PlatformError when no run was started, or when it cannot be known
 */
export async function startRun(client: PlatformClient, request: StartRequest): Promise<Run> {
	const run = await startOrFind(client, request);
	request.claimed.add(run.id);
	assertOwnRun(client, request, run);
	return run;
}

async function startOrFind(client: PlatformClient, request: StartRequest): Promise<Run> {
	const { agentId, body, key } = request;
	const call = { path: { agent_id: agentId }, body, idempotencyKey: key };
	const begun = Date.now();
	const first = await client
		.call('startAgentRun', { ...call, repeatOnlyIfRefused: true })
		.catch(acceptUnsettled);
	if (!(first instanceof PlatformError)) return first;
	const second = (await serverKnowsStartKeys(client))
		? await client.call('startAgentRun', call).catch(acceptUnsettled)
		: first;
	if (!(second instanceof PlatformError)) return second;
	return await findLostRun(client, request, Date.now() - begun, second);
}

/** For `catch`: passes on a failure after which a run may exist. */
function acceptUnsettled(error: unknown): PlatformError {
	if (error instanceof PlatformError && (error.outcome === 'unknown' || error.status === 409)) {
		return error;
	}
	throw error;
}

async function findLostRun(
	client: PlatformClient,
	request: StartRequest,
	elapsedMs: number,
	reason: PlatformError,
): Promise<Run> {
	const begunAt = client.serverNow().getTime() - elapsedMs;
	const started_after = new Date(begunAt - CLOCK_MARGIN_MS).toISOString();
	const graph_id = request.agent?.graph_id;
	const query = { started_after, ...(graph_id ? { graph_id } : {}) };
	for (let look = 1; look <= LOOKS_FOR_LOST_RUN; look++) {
		await sleep(PAUSE_BEFORE_LOOK_MS, client.cancelSignal);
		const runs = await readList(client, 'listRuns', { query }, Infinity, (run) =>
			fits(request, run),
		);
		const [run, ...others] = runs;
		if (run && others.length === 0 && !request.hasTwin) return run;
		if (run) throw unclear(client, reason, runs);
	}
	throw unclear(client, reason, []);
}

function fits({ body, agent, claimed }: StartRequest, run: Run): boolean {
	if (claimed.has(run.id)) return false;
	if (agent && run.graph_id !== agent.graph_id) return false;
	return sameJson(run.inputs ?? {}, body.inputs ?? {});
}

function unclear(client: PlatformClient, reason: PlatformError, candidates: Run[]): PlatformError {
	const found = candidates.map(({ id }) => id).join(', ');
	return client.error({
		message: `${reason.message}. Whether the run was started is not certain`,
		description: found
			? `These runs may be the one: ${found}. Look at them in AutoGPT before starting again.`
			: 'No run with these inputs was found. Retry On Fail repeats the start with the same idempotency key, which never starts a second run within 24 hours.',
		status: reason.status,
		code: reason.code,
		outcome: 'unknown',
		failure: reason.failure,
	});
}

/** Older servers answer a used key with the first run, whatever was asked for this time. */
function assertOwnRun(
	client: PlatformClient,
	{ agent, body, isOwnKey }: StartRequest,
	run: Run,
): void {
	if (!isOwnKey) return;
	const otherAgent = agent !== undefined && run.graph_id !== agent.graph_id;
	const otherInputs = isObject(run.inputs) && !sameJson(run.inputs, body.inputs ?? {});
	if (!otherAgent && !otherInputs) return;
	throw client.error({
		message: `The idempotency key was used before, for ${otherAgent ? 'another agent' : 'other inputs'}`,
		description: `It belongs to run '${run.id}', and nothing new was started. Use another key for this run.`,
		outcome: 'refused',
	});
}
