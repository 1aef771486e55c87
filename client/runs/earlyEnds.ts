import type { AutoGptClient } from '../http/client';
import type { CallSettings } from '../contract/calls';
import { mapBounded } from '../util/concurrency';
import { acceptPassing, acceptStatus, PlatformError } from '../errors/platformError';
import { doneBy } from '../http/doneBy';
import { isFinal, readRun } from './runs';
import { openRuns } from './waiting';
import type { Run, RunDetails } from '../contract/types';
import { pause } from '../process/pause';

const CHECK_EVERY_MS = 10_000;
/** Runs are started meanwhile, whose time limits may be near. */
const RECHECK_MS = 1_000;

/** What is due for a run while others are still being started. */
interface TimeLimit {
	/** In milliseconds since the epoch. */
	deadline: number;
	/** Called once with the run when it is not known to be finished by then. */
	onOver: (run: RunDetails) => void;
}

interface Started {
	run: Run;
	limit?: TimeLimit;
}

function hasEnded(run: Run | RunDetails): run is RunDetails {
	return 'outputs' in run && isFinal(run);
}

/**
 * Reads runs that end while others are still being started. Where the starts take minutes by
 * AutoGPT's limits, reading all runs after the last start would exceed that minute's requests and
 * take one more (contract: behaviour.md section 6). Runs that are to be stopped at their time limit
 * do not wait for the last start either.
 */
export class EarlyEnds {
	private readonly started = new Map<string, Started>();

	private readonly ended = new Map<string, RunDetails>();

	/** When AutoGPT may be asked again after it refused. */
	private notBefore = 0;

	constructor(private readonly client: AutoGptClient) {}

	/**
	 * Takes up a run that was started, and its time limit where something is due then. A block that
	 * ran by itself has ended already.
	 */
	add(run: Run | RunDetails, limit?: TimeLimit): void {
		if (hasEnded(run)) this.ended.set(run.id, run);
		else this.started.set(run.id, { run, limit });
	}

	/** The run as it ended, when that has been read. */
	find(runId: string): RunDetails | undefined {
		return this.ended.get(runId);
	}

	/** Checks the runs from time to time until `starting` is over, and returns its result. */
	async during<T>(starting: Promise<T>): Promise<T> {
		const over = new AbortController();
		const checking = this.checkUntil(over.signal);
		try {
			return await starting;
		} finally {
			over.abort();
			await checking;
		}
	}

	private async checkUntil(signal: AbortSignal): Promise<void> {
		const client = this.client.withSignal(signal);
		for (let untilCheckMs = CHECK_EVERY_MS; !signal.aborted;) {
			const pauseMs = Math.max(0, Math.min(untilCheckMs, this.nextDeadline() - Date.now()));
			try {
				await pause(pauseMs, signal);
				untilCheckMs -= pauseMs;
				await this.checkLimits(client);
				if (untilCheckMs > 0) continue;
				untilCheckMs = CHECK_EVERY_MS;
				await this.check(client);
			} catch (error) {
				// What AutoGPT refuses is met again by the wait that follows the starts.
				if (!(error instanceof PlatformError)) return;
				untilCheckMs = CHECK_EVERY_MS;
				this.notBefore = Date.now() + RECHECK_MS;
			}
		}
	}

	/** When the next time limit is over, at the latest when those of new runs are to be looked at. */
	private nextDeadline(): number {
		const deadlines = [...this.started.values()].map(({ limit }) => limit?.deadline ?? Infinity);
		return Math.max(Math.min(...deadlines, Date.now() + RECHECK_MS), this.notBefore);
	}

	private async checkLimits(client: AutoGptClient): Promise<void> {
		const over = [...this.started.values()].filter(
			({ limit }) => limit !== undefined && limit.deadline <= Date.now(),
		);
		const { lastLookMs, readsAtOnce } = client.polling;
		const until = Date.now() + lastLookMs;
		await mapBounded(over, readsAtOnce, async ({ run: { id }, limit }) => {
			const run = await this.lookOnce(client, id, until);
			if (!run || !this.started.delete(id)) return;
			limit?.onOver(run);
		});
	}

	/** The same as `readStarted`; what cannot be seen by then counts as going on. */
	private async lookOnce(
		client: AutoGptClient,
		id: string,
		until: number,
	): Promise<RunDetails | undefined> {
		const known = this.started.get(id)?.run;
		if (!known) return undefined;
		const looked = await doneBy(client, until, async (cut) => {
			const run = await this.readStarted(cut, id, { maxTries: 2 }).catch(acceptPassing);
			return run instanceof PlatformError ? undefined : { run };
		});
		return looked ? looked.run : { outputs: null, node_executions: null, ...known };
	}

	/** A run as it is now; undefined when it is gone, or has ended, which is noted. */
	private async readStarted(
		client: AutoGptClient,
		id: string,
		settings: CallSettings = {},
	): Promise<RunDetails | undefined> {
		const run = await readRun(client, id, undefined, settings).catch(acceptStatus(404));
		const isGone = run instanceof PlatformError;
		if (!isGone && !isFinal(run)) return run;
		this.started.delete(id);
		if (!isGone) this.ended.set(id, run);
		return undefined;
	}

	private async check(client: AutoGptClient): Promise<void> {
		const runs = [...this.started.values()].map(({ run }) => run);
		if (runs.length === 0 || !client.polling.listsRuns) return;
		const open = await openRuns(
			client,
			runs.map(({ id, graph_id: graphId }) => ({ id, graphId })),
			{ priority: 'watch' },
		);
		const gone = runs.filter(({ id }) => !open.has(id));
		await mapBounded(gone, client.polling.readsAtOnce, async ({ id }) => {
			await this.readStarted(client, id);
		});
	}
}
