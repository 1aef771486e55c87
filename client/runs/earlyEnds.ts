import { sleep } from 'n8n-workflow';

import type { AutoGptClient } from '../http/client';
import { mapBounded } from '../util/concurrency';
import { acceptStatus, PlatformError } from '../errors/platformError';
import { isFinal, readRun } from './runs';
import { openRuns } from './waiting';
import type { Run, RunDetails } from '../contract/types';

const CHECK_EVERY_MS = 10_000;

/**
 * Reads runs that end while others are still being started. Where the starts take minutes by
 * AutoGPT's limits, reading all runs after the last start would exceed that minute's requests and
 * take one more (contract: behaviour.md section 6).
 */
export class EarlyEnds {
	private readonly started = new Map<string, Run>();

	private readonly ended = new Map<string, RunDetails>();

	constructor(private readonly client: AutoGptClient) {}

	/** Takes up a run that was started. */
	add(run: Run): void {
		this.started.set(run.id, run);
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
		try {
			while (!signal.aborted) {
				await sleep(CHECK_EVERY_MS, signal);
				await this.check(client);
			}
		} catch {
			// Whatever was in the way is met and reported by the wait that follows the starts.
		}
	}

	private async check(client: AutoGptClient): Promise<void> {
		const runs = [...this.started.values()];
		if (runs.length === 0 || !client.polling.listsRuns) return;
		const open = await openRuns(
			client,
			runs.map(({ id, graph_id: graphId }) => ({ id, graphId })),
		);
		const gone = runs.filter(({ id }) => !open.has(id));
		await mapBounded(gone, client.polling.readsAtOnce, async ({ id }) => {
			const run = await readRun(client, id).catch(acceptStatus(404));
			if (run instanceof PlatformError) this.started.delete(id);
			else if (isFinal(run)) {
				this.started.delete(id);
				this.ended.set(id, run);
			}
		});
	}
}
