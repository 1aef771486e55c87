import type { AutoGptClient } from '../http/client';
import { PASSES, type PlatformError } from '../errors/platformError';
import { eachRow } from '../http/pages';
import type { StartKeyRules } from '../http/serverFacts';
import { checkWrite, type CheckResult } from '../http/unclearWrite';
import { startLedger } from '../process/processState';
import type { Attempt, StartContent } from '../process/startLedger';
import type { LibraryAgent, Run } from '../contract/types';
import { surelyDiffer } from './inputsCompared';

/** A start that was sent, and of which no run is known yet. */
export interface LostStart extends StartContent {
	/** The agent as read before, for the types of its inputs. */
	agent?: LibraryAgent;
	attempt: Attempt;
	/** Whether its body differs from the one that was sent first, which is held no more. */
	isBodyLost?: boolean;
	/** When it was first sent, by our own clock. */
	sentAt: number;
	/** The same by the server's clock, where it was known then. */
	serverSentAt?: number;
}

/** Runs that may be the lost one. */
export type Candidates = CheckResult<Run[]>;

/** How far the clock of a server's responses may be from that of its database. */
const CLOCK_MARGIN_MS = 60_000;
/** The same where its responses name no time, so that our own clock stands for it. */
const UNKNOWN_CLOCK_MARGIN_MS = 15 * 60_000;
/** How long AutoGPT keeps a key: so far back may a user's own key have been used. */
const KEY_LIFE_MS = 24 * 60 * 60_000;
/** Clocks, and the time that a start takes, make the end of a key's life uncertain. */
const SAFE_KEY_LIFE_MS = KEY_LIFE_MS - 60 * 60_000;
const LONGEST_NAMED = 10;

/** When a start was first sent, by the server's clock; clocks may have been put right meanwhile. */
function firstSent(client: AutoGptClient, { sentAt, serverSentAt }: LostStart): number {
	const elapsed = Math.max(0, Date.now() - sentAt);
	const byOwnClock = client.serverNow().getTime() - elapsed;
	return Math.min(byOwnClock, serverSentAt ?? byOwnClock);
}

/** Whether AutoGPT may have forgotten the key of a start. */
export function mayBeForgotten(client: AutoGptClient, lost: LostStart): boolean {
	return client.serverNow().getTime() - firstSent(client, lost) > SAFE_KEY_LIFE_MS;
}

/** Whether a run began, or ended, long before a start was first sent. */
export function isOlder(client: AutoGptClient, lost: LostStart, run: Run): boolean {
	const since = firstSent(client, lost) - marginOf(client);
	return beganBefore(run, since);
}

function beganBefore({ started_at, ended_at }: Run, since: number): boolean {
	return [started_at, ended_at].some((time) => time !== null && Date.parse(time) < since);
}

function marginOf({ isServerTimeKnown }: AutoGptClient): number {
	return isServerTimeKnown ? CLOCK_MARGIN_MS : UNKNOWN_CLOCK_MARGIN_MS;
}

/** Where to look for the run of a start. */
interface Look {
	rules: StartKeyRules;
	/** Pauses before each look, in milliseconds: a run may show up a moment after its start. */
	pausesMs?: readonly number[];
	/** Where the key itself may have been used before, as a user's own one may. */
	wholeKeyLife?: boolean;
}

/** Runs that may be that of a start: of its agent, since it was first sent, and no other start's. */
export async function findCandidates(
	client: AutoGptClient,
	lost: LostStart,
	{ rules, pausesMs, wholeKeyLife = false }: Look,
): Promise<Candidates> {
	const before = wholeKeyLife ? KEY_LIFE_MS : marginOf(client);
	return await checkWrite(client, {
		find: async () => await runsLike(client, lost, rules, before),
		...(pausesMs ? { pausesMs } : {}),
	});
}

/** Undefined where there are none. */
async function runsLike(
	client: AutoGptClient,
	lost: LostStart,
	rules: StartKeyRules,
	beforeMs: number,
): Promise<Run[] | undefined> {
	const since = firstSent(client, lost) - beforeMs;
	const { graphId } = lost;
	const query = {
		started_after: new Date(since).toISOString(),
		...(graphId ? { graph_id: graphId } : {}),
	};
	const found: Run[] = [];
	for await (const run of eachRow(client, 'listRuns', { query })) {
		// Servers without keys do not filter by time either, and list the newest first.
		if (rules === 'ignored' && beganBefore(run, since)) break;
		if (mayBe(lost, run)) found.push(run);
		if (found.length > LONGEST_NAMED) break;
	}
	return found.length > 0 ? found : undefined;
}

function mayBe({ agent, attempt, body, graphId, isBodyLost }: LostStart, run: Run): boolean {
	if (startLedger.isTaken(run.id, attempt)) return false;
	if (graphId && run.graph_id !== graphId) return false;
	return isBodyLost === true || !surelyDiffer(run.inputs, body.inputs ?? {}, agent);
}

function advice(client: AutoGptClient, rules: StartKeyRules, candidates: Candidates): string {
	if (typeof candidates !== 'string') {
		const runs = candidates.found;
		const ids = runs.slice(0, LONGEST_NAMED).map(({ id }) => `'${id}'`);
		const more = runs.length > LONGEST_NAMED ? ' and more' : '';
		return `${ids.length === 1 ? 'This run of the agent' : 'One of these runs of the agent'} may be the one: ${ids.join(', ')}${more}. Look in AutoGPT (${client.connection.webUrl}) which one belongs here, and go on with Run > Wait.`;
	}
	const looked =
		candidates === 'unreadable'
			? 'The list of runs could not be read, which takes the permission Read Run (READ_RUN).'
			: 'No run that may be the one was found.';
	return rules === 'heeded'
		? `${looked} Retry On Fail looks again, and sends the start again only where that starts no second run.`
		: `${looked} As far as can be told, this server does not make retried starts safe, so that Retry On Fail starts nothing that may run already. Look in AutoGPT (${client.connection.webUrl}); if there is no run, execute the workflow again.`;
}

/** What to say of a start that may have happened. */
export function notCertain(
	client: AutoGptClient,
	rules: StartKeyRules,
	reason: PlatformError,
	candidates: Candidates,
): PlatformError {
	const mayResolve = typeof candidates === 'string' || reason.status === 409;
	return client.error({
		message: `${reason.message}. Whether the run was started is not certain`,
		description: advice(client, rules, candidates),
		status: reason.status,
		code: reason.code,
		outcome: 'unknown',
		// Nothing is sent again without a look: n8n may repeat the start.
		...(rules === 'heeded' && mayResolve ? { failure: reason.failure ?? PASSES } : {}),
	});
}
