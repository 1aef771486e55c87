import type { PlatformClient } from '../../../platform/client';
import { mapBounded } from '../../../platform/concurrency';
import { stopRun } from '../../../platform/runs';
import type { Item } from '../framework/item';

const STOPS_AT_ONCE = 5;

/** An item's run, and whether it is to be stopped with the workflow. */
interface OpenRun {
	item: Item;
	runId: string;
	settings: { stopRunsOnCancel: boolean };
}

/**
 * Stops the runs still open when the user presses Stop in n8n, for items that ask for it. Stop cuts
 * off the answer of a start that is under way, so that its run is not known here and goes on.
 */
export class StopsOnCancel {
	private readonly open = new Map<number, string>();

	private readonly stopped = new Set<string>();

	private readonly signal: AbortSignal | undefined;

	/** The user's Stop does not hold back the requests that follow from it. */
	private readonly afterStop: PlatformClient;

	constructor(client: PlatformClient) {
		this.signal = client.cancelSignal;
		this.afterStop = client.afterStop();
		this.signal?.addEventListener('abort', () => this.stopOpen(), { once: true });
	}

	/** Takes up a run that goes on. */
	add({ item, runId, settings }: OpenRun): void {
		if (!settings.stopRunsOnCancel) return;
		this.open.set(item.index, runId);
		if (this.signal?.aborted) this.stopOpen();
	}

	/** Lets go of an item's run that is waited for no longer. */
	settle(item: Item): void {
		this.open.delete(item.index);
	}

	private stopOpen(): void {
		const runIds = [...new Set(this.open.values())].filter((runId) => !this.stopped.has(runId));
		for (const runId of runIds) this.stopped.add(runId);
		void mapBounded(runIds, STOPS_AT_ONCE, async (runId) => {
			// Nobody is left to be told, and the run can still be stopped in AutoGPT.
			await stopRun(this.afterStop, runId).catch(() => undefined);
		});
	}
}
