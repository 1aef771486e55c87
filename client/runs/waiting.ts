import { reasonOf } from '../compat/sleep';
import type { AutoGptClient } from '../http/client';
import { endpoints } from '../contract/endpoints';
import type { CallSettings } from '../contract/calls';
import { explainSilence } from '../errors/network';
import { mayPass, PlatformError } from '../errors/platformError';
import { eachRow } from '../http/pages';
import { cancelSignals, runWatchers } from '../process/processState';
import type { LastSeen, RunToSee, Sight, WatchedRun, Watcher } from '../process/runWatcher';
import { mapBounded } from '../util/concurrency';
import { isFinal, OPEN_STATUSES, readRun } from './runs';
import type { Run, RunDetails } from '../contract/types';

/** How long AutoGPT may be out of reach before a wait without a time limit is given up. */
const LONGEST_SILENCE_MS = 15 * 60_000;
/** A list that takes longer is asked for again. */
const LIST_TIMEOUT_MS = 20_000;
/** A run that was seen so lately is taken to go on, where a last look comes to nothing. */
const SEEN_LATELY_MS = 60_000;

/** A wait for a run; several may be for the same run, each on its own terms. */
export interface AwaitedRun {
	id: string;
	/** When given for all runs and the same, the list is asked for this graph only. */
	graphId?: string;
	/** When the waiting for it ends, in milliseconds since the epoch; Infinity for never. */
	deadline: number;
	/** Whether a run that asks for a review is returned instead of waited for. */
	returnReviews: boolean;
	/** The run as it ended, when it has been read already. */
	ended?: RunDetails;
}

export interface WaitSettings {
	/** Longest pause between two checks, in milliseconds. */
	longestIntervalMs: number;
	/** Called once for each wait, by its position, when it is over; false ends all of them. */
	onSettled?: (index: number, result: WaitResult) => boolean;
}

/** How the waiting for one run ended. */
export type WaitResult =
	| { ended: 'final' | 'review' | 'timeLimit'; run: RunDetails }
	/** Deleted meanwhile, not visible to this credential, or AutoGPT is out of reach. */
	| { ended: 'unreadable'; reason: PlatformError };

/** Which of many runs are still open, by one list. A single run is not listed. */
export async function openRuns(
	client: AutoGptClient,
	awaited: ReadonlyArray<Pick<AwaitedRun, 'id' | 'graphId'>>,
	settings: CallSettings = {},
): Promise<Map<string, Run>> {
	const wanted = new Set(awaited.map(({ id }) => id));
	const found = new Map<string, Run>();
	if (wanted.size <= 1) return found;
	const graphs = new Set(awaited.map(({ graphId }) => graphId));
	const [graphId] = graphs.size === 1 ? graphs : [undefined];
	const query = { statuses: OPEN_STATUSES, ...(graphId ? { graph_id: graphId } : {}) };
	for await (const run of eachRow(client, 'listRuns', { ...settings, query })) {
		if (!wanted.delete(run.id)) continue;
		// Older servers list finished runs, too (contract: behaviour.md section 1).
		if (!isFinal(run)) found.set(run.id, run);
		if (wanted.size === 0) break;
	}
	return found;
}

/** What the run means for one wait for it; undefined when that goes on. */
function resultOf(
	sight: Sight,
	{ deadline, returnReviews }: AwaitedRun,
	now: number,
	hasReviews: boolean,
): WaitResult | undefined {
	if (sight instanceof PlatformError) return { ended: 'unreadable', reason: sight };
	if (isFinal(sight)) return { ended: 'final', run: sight };
	// Where reviews can be seen by nobody here, waiting for their answers is for nothing.
	const isAsked = returnReviews || !hasReviews;
	if (sight.status === 'REVIEW' && isAsked) return { ended: 'review', run: sight };
	return now >= deadline ? { ended: 'timeLimit', run: sight } : undefined;
}

/** Until when a wait goes on while AutoGPT is out of reach. */
function retryDeadlineOf({ deadline }: AwaitedRun, silentSince: number): number {
	return Number.isFinite(deadline) ? deadline : silentSince + LONGEST_SILENCE_MS;
}

/** The waits of one call: which are over, and how they ended. */
class Waits {
	readonly results: Array<WaitResult | undefined>;

	private left: number;

	/** Since when the run of a wait could not be read, by position. */
	private readonly silentSince = new Map<number, number>();

	constructor(
		private readonly client: AutoGptClient,
		private readonly runs: readonly AwaitedRun[],
		private readonly onSettled: WaitSettings['onSettled'],
	) {
		this.results = new Array<WaitResult | undefined>(runs.length).fill(undefined);
		this.left = runs.length;
	}

	/** Whether nothing is waited for: all waits are over, or one has ended all. */
	get areOver(): boolean {
		return this.left === 0;
	}

	/** Takes up the runs that have been read after their end already. */
	settleEnded(): void {
		this.runs.forEach(({ ended }, index) => {
			if (ended && !this.areOver) this.settle(index, ended);
		});
	}

	/** Takes up what was seen of the run of a wait; says whether that is over. */
	settle(index: number, sight: Sight, now = Date.now()): boolean {
		const run = this.runs[index];
		if (!run || this.results[index] || this.areOver) return true;
		const silentSince = this.noteSilence(index, sight, now);
		if (silentSince !== undefined && now < retryDeadlineOf(run, silentSince)) return false;
		const result = resultOf(sight, run, now, this.client.polling.hasReviews);
		if (!result) return false;
		this.results[index] = result;
		this.left -= 1;
		if (this.onSettled?.(index, result) === false) this.left = 0;
		return true;
	}

	/** Notes since when a run could not be read; undefined when it just was. */
	private noteSilence(index: number, sight: Sight, now: number): number | undefined {
		if (!(sight instanceof PlatformError) || !mayPass(sight)) {
			this.silentSince.delete(index);
			return undefined;
		}
		const since = this.silentSince.get(index) ?? now;
		this.silentSince.set(index, since);
		return since;
	}
}

/** A wait as it is watched, with its position. */
interface OwnRun extends WatchedRun {
	index: number;
}

/** This execution's part in the watching for all that wait with the same credential. */
class Watching implements Watcher {
	private shared?: AutoGptClient;

	private isOver = false;

	constructor(
		private readonly client: AutoGptClient,
		private readonly waits: Waits,
		/** Called once, when all waits are over or cannot go on. */
		private readonly end: (error?: unknown) => void,
	) {}

	get rules() {
		return this.client.polling;
	}

	async list(runs: readonly RunToSee[], signal: AbortSignal): Promise<Map<string, Run>> {
		const settings = { priority: 'watch', timeoutMs: LIST_TIMEOUT_MS } as const;
		return await openRuns(this.clientUntil(signal), runs, settings);
	}

	async read({ id, graphId }: RunToSee, signal: AbortSignal, isCheck: boolean) {
		const priority = isCheck ? 'watch' : 'read';
		return await readRun(this.clientUntil(signal), id, graphId, { priority });
	}

	onSight(run: OwnRun, sight: Sight): boolean {
		const isOver = this.waits.settle(run.index, this.own(sight));
		this.endIfOver();
		return isOver;
	}

	onDeadline(over: ReadonlyArray<{ run: OwnRun; lastSeen?: LastSeen }>): void {
		this.lastLook(over).catch((error: unknown) => this.finish(error));
	}

	onBroken(error: unknown): void {
		this.finish(error);
	}

	/** Reads runs whose time is over once more, for no longer than a moment. */
	private async lastLook(over: Parameters<Watching['onDeadline']>[0]): Promise<void> {
		const stop = this.client.cancelSignal;
		const cut = AbortSignal.timeout(this.client.polling.lastLookMs);
		const client = this.client.endingWith(cut);
		await mapBounded(over, this.client.polling.readsAtOnce, async ({ run, lastSeen }) => {
			const { id, graphId, index } = run;
			const sight = await readRun(client, id, graphId, { maxTries: 2 }).catch((error: unknown) => {
				if (stop?.aborted) throw error;
				if (cut.aborted) return this.unseen(id, lastSeen);
				if (error instanceof PlatformError) return error;
				throw error;
			});
			this.waits.settle(index, sight, Math.max(Date.now(), run.deadline));
			this.endIfOver();
		});
	}

	/** What is known of a run that could not be looked at in time. */
	private unseen(id: string, lastSeen: LastSeen | undefined): Sight {
		if (lastSeen && Date.now() - lastSeen.at < SEEN_LATELY_MS) return lastSeen.run;
		const { connection } = this.client;
		const facts = { endpoint: endpoints.getRun, path: { run_id: id }, connection };
		return this.client.error(explainSilence(facts, 'ETIMEDOUT'));
	}

	/** Another execution may have met it, whose node it names. */
	private own(sight: Sight): Sight {
		return sight instanceof PlatformError ? sight.copyFor(this.client.functions.getNode()) : sight;
	}

	private clientUntil(gone: AbortSignal): AutoGptClient {
		this.shared ??= this.client.endingWith(gone);
		return this.shared;
	}

	private endIfOver(): void {
		if (this.waits.areOver) this.finish();
	}

	private finish(error?: unknown): void {
		if (this.isOver) return;
		this.isOver = true;
		this.end(error);
	}
}

/** Whose runs are watched together: another key or token may be another account. */
function watcherKeyOf({ connection }: AutoGptClient): string {
	return `${connection.readerKey} ${connection.apiSetting}`;
}

async function watchUntilOver(
	client: AutoGptClient,
	waits: Waits,
	runs: readonly OwnRun[],
): Promise<void> {
	const stop = client.cancelSignal;
	const endings: Array<() => void> = [];
	try {
		await new Promise<void>((resolve, reject) => {
			const end = (error?: unknown) => (error === undefined ? resolve() : reject(asError(error)));
			const watching = new Watching(client, waits, end);
			endings.push(runWatchers.of(watcherKeyOf(client)).join(watching, runs));
			if (stop) endings.push(cancelSignals.on(stop, () => end(reasonOf(stop))));
		});
	} finally {
		for (const leave of endings) leave();
	}
}

function asError(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}

/**
 * Waits for many runs together, and together with all other executions of this process that wait
 * with the same credential: one list per check however many are open (per hundred), and one read for
 * each that has left it. A single run is read directly, which is its final read, too.
 *
 * @returns how each wait ended, by position; undefined where another one ended them all
 * @throws what Stop in n8n raises
 */
export async function waitForRuns(
	client: AutoGptClient,
	runs: readonly AwaitedRun[],
	{ longestIntervalMs, onSettled }: WaitSettings,
): Promise<Array<WaitResult | undefined>> {
	client.cancelSignal?.throwIfAborted();
	const waits = new Waits(client, runs, onSettled);
	waits.settleEnded();
	if (waits.areOver) return waits.results;
	const open = runs.flatMap((run, index) =>
		waits.results[index] ? [] : [{ ...run, longestIntervalMs, index }],
	);
	await watchUntilOver(client, waits, open);
	return waits.results;
}
