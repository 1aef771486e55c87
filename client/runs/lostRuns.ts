import { isObject } from '../util/json';
import type { AutoGptClient } from '../http/client';
import { PASSES, type PlatformError } from '../errors/platformError';
import { sameInputs } from './ownKeys';
import { readList } from '../http/pages';
import type { StartKeyRules } from '../http/serverFacts';
import { checkWrite, type CheckResult } from '../http/unclearWrite';
import { startLedger } from '../process/processState';
import type { Attempt } from '../process/startLedger';
import type { AgentRunRequest, LibraryAgent, Run } from '../contract/types';

/** A start that was sent, and of which no run is known yet. */
export interface LostStart {
	agentId: string;
	agent?: LibraryAgent;
	body: AgentRunRequest;
	key: string;
	isOwnKey: boolean;
	attempt: Attempt;
	/** When it was first sent, by our own clock. */
	sentAt: number;
}

/** Runs that may be the lost one. */
export type Candidates = CheckResult<Run[]>;

/** A run may show up in the list a moment after its start. */
const PAUSES_BEFORE_CHECKS_MS = [1_500, 1_500, 1_500];
/** The server's clock is known to the second from its responses. */
const CLOCK_MARGIN_MS = 2_000;
/** How long AutoGPT keeps a key: so far back may a user's own key have been used. */
const KEY_LIFE_MS = 24 * 60 * 60_000;

/**
 * Looks for the run of a start that AutoGPT did not confirm. It is taken only where AutoGPT said
 * that the key belongs to a start (409) and one run alone can be meant; else the run may be
 * another's, and the user is told which ones fit.
 *
 * @throws PlatformError that names the candidates
 */
export async function findLostRun(
	client: AutoGptClient,
	lost: LostStart,
	rules: StartKeyRules,
	reason: PlatformError,
): Promise<{ run: Run; wasFound: true }> {
	const candidates = await checkWrite(client, {
		find: async () => await runsLike(client, lost, CLOCK_MARGIN_MS),
		pausesMs: PAUSES_BEFORE_CHECKS_MS,
	});
	const [run, ...others] = runsIn(candidates);
	const isHeld = reason.status === 409 && rules !== 'ignored';
	const isAlone = others.length === 0 && !startLedger.hasOpenTwin(lost.attempt);
	if (run && isHeld && isAlone) return { run, wasFound: true };
	const ofKey = !run && isHeld && lost.isOwnKey;
	throw notCertain(
		client,
		rules,
		reason,
		ofKey ? await findCandidates(client, lost, KEY_LIFE_MS) : candidates,
	);
}

/** Runs that may be that of a start: since it was first sent, or so long before. */
export async function findCandidates(
	client: AutoGptClient,
	lost: LostStart,
	beforeMs = CLOCK_MARGIN_MS,
): Promise<Candidates> {
	return await checkWrite(client, { find: async () => await runsLike(client, lost, beforeMs) });
}

function runsIn(candidates: Candidates): Run[] {
	return typeof candidates === 'string' ? [] : candidates.found;
}

/** Runs of the same agent with the same inputs; undefined where there are none. */
async function runsLike(
	client: AutoGptClient,
	lost: LostStart,
	beforeMs: number,
): Promise<Run[] | undefined> {
	const since = client.serverNow().getTime() - (Date.now() - lost.sentAt) - beforeMs;
	const graph_id = lost.agent?.graph_id;
	const query = {
		started_after: new Date(since).toISOString(),
		...(graph_id ? { graph_id } : {}),
	};
	const runs = await readList(client, 'listRuns', { query }, Infinity, (run) => fits(lost, run));
	return runs.length > 0 ? runs : undefined;
}

function fits({ agent, attempt, body }: LostStart, run: Run): boolean {
	if (startLedger.isTaken(run.id, attempt)) return false;
	if (agent && run.graph_id !== agent.graph_id) return false;
	return !isObject(run.inputs) || sameInputs(run.inputs, body.inputs ?? {}, agent);
}

const LONGEST_NAMED = 10;

function advice(client: AutoGptClient, rules: StartKeyRules, candidates: Candidates): string {
	const runs = runsIn(candidates);
	if (runs.length > 0) {
		const ids = runs.slice(0, LONGEST_NAMED).map(({ id }) => `'${id}'`);
		const more = runs.length > LONGEST_NAMED ? ' and more' : '';
		return `${ids.length === 1 ? 'This run has' : 'These runs have'} the same inputs and may be the one: ${ids.join(', ')}${more}. Look in AutoGPT (${client.connection.webUrl}) which one belongs here, and go on with Run > Wait.`;
	}
	const looked =
		candidates === 'unreadable'
			? 'The list of runs could not be read either.'
			: 'No run with these inputs was found.';
	return rules === 'kept'
		? `${looked} Retry On Fail repeats the start with the same idempotency key, which never starts a second run within 24 hours.`
		: `${looked} As far as can be told, this server does not make repeated starts safe, so that Retry On Fail starts nothing that may run already. Look in AutoGPT (${client.connection.webUrl}); if there is no run, execute the workflow again.`;
}

/** What to say of a start that may have happened. */
export function notCertain(
	client: AutoGptClient,
	rules: StartKeyRules,
	reason: PlatformError,
	candidates: Candidates,
): PlatformError {
	return client.error({
		message: `${reason.message}. Whether the run was started is not certain`,
		description: advice(client, rules, candidates),
		status: reason.status,
		code: reason.code,
		outcome: 'unknown',
		// The same key never starts a second run: n8n may repeat the start.
		...(rules === 'kept' ? { failure: reason.failure ?? PASSES } : {}),
	});
}
