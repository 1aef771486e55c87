import { TokenManager } from '../oauth/tokenManager';
import { cancelSignals } from './cancelSignals';
import { GraphLedger } from './graphLedger';
import { KeptReads } from './keptReads';
import { KeyedState } from './keyedState';
import { ObjectIds } from './objectIds';
import { RateLimiter } from './rateLimiter';
import { RunWatchers } from './runWatcher';
import { Searches } from './searches';
import { ServedApi } from './servedApi';
import { StartLedger } from './startLedger';
import { Turns } from './turns';
import { V1Account } from './v1Account';

/**
 * All that the client remembers from one execution to the next, as long as the n8n process lives.
 * Nothing outside of this folder keeps state at module level. Each kind is bounded, and keyed by
 * credential (base URL, credential ID, team), so that none sees what another one did.
 */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MAX_CREDENTIALS = 500;
const MAX_READERS = 100;

/** What is left of the rate limits of each credential; their windows last five minutes at most. */
export const rateLimiters = new KeyedState(() => new RateLimiter(), {
	maxEntries: MAX_CREDENTIALS,
	maxIdleMs: 10 * MINUTE_MS,
});

/** Which token of a connected account works; a forgotten one is tried once more. */
export const tokenManagers = new KeyedState(() => new TokenManager(), {
	maxEntries: MAX_CREDENTIALS,
	maxIdleMs: DAY_MS,
});

/**
 * Which run came of which start. A wait may last for days before n8n's Retry On Fail repeats its
 * start, and AutoGPT keeps idempotency keys for one day only. Starts of executions that still live
 * are kept beyond these bounds.
 */
export const startLedger = new StartLedger({ maxEntries: 20_000, maxIdleMs: 30 * DAY_MS });

/** Which graph came of which write, for n8n's Retry On Fail. */
export const graphLedger = new GraphLedger({ maxEntries: 1_000, maxIdleMs: DAY_MS });

/** Whose turn it is to make the agent of a block; keys name the credential and the agent. */
export const turns = new Turns();

/** Tool calls of AI agents, by the arguments that n8n passes on unchanged when it repeats one. */
export const toolCallIds = new ObjectIds();

/** Which API each server serves; keyed by where the server is, since it is the same for all. */
export const servedApis = new KeyedState(() => new ServedApi(), {
	maxEntries: MAX_CREDENTIALS,
	maxIdleMs: DAY_MS,
});

/** Pace and runs of each credential on servers with API v1 only. */
export const v1Accounts = new KeyedState(() => new V1Account(), {
	maxEntries: MAX_CREDENTIALS,
	maxIdleMs: 7 * DAY_MS,
});

/** The runs that executions wait for, by credential and its content; gone with the last of them. */
export const runWatchers = new RunWatchers();

/** Who waits for which signal, in a file of its own since what stands above uses it. */
export { cancelSignals };

/** What was read a moment ago; keyed by the secret of the credential, too. */
export const keptReads = new KeyedState(() => new KeptReads(), {
	maxEntries: MAX_READERS,
	maxIdleMs: MINUTE_MS,
});

/** How far searches in dropdowns have come; keys name the credential, the list and the form. */
export const searches = new Searches();

/** Forgets everything, as the end of the process does; for tests. */
export function resetProcessState(): void {
	for (const state of [
		rateLimiters,
		tokenManagers,
		startLedger,
		graphLedger,
		turns,
		toolCallIds,
		servedApis,
		v1Accounts,
		runWatchers,
		cancelSignals,
		keptReads,
		searches,
	]) {
		state.reset();
	}
}
