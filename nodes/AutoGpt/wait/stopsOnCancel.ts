import type { AutoGptClient } from '../../../client/http/client';
import { mapBounded } from '../../../client/util/concurrency';
import { stopRun } from '../../../client/runs/runs';
import { cancelSignals } from '../../../client/process/processState';
import type { Item } from '../framework/item';

const STOP_CONCURRENCY = 5;

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

	private leave?: () => void;

	constructor(private readonly client: AutoGptClient) {}

	/** Takes up a run that goes on. */
	add({ item, runId, settings }: OpenRun): void {
		if (!settings.stopRunsOnCancel) return;
		this.open.set(item.index, runId);
		const signal = this.client.cancelSignal;
		if (signal?.aborted) this.stopOpen();
		else if (signal) this.leave ??= cancelSignals.on(signal, this.stopOpen);
	}

	/** Lets go of an item's run that is waited for no longer. */
	settle(item: Item): void {
		this.open.delete(item.index);
		// All passes of a loop share the signal.
		if (this.open.size === 0) this.endListening();
	}

	private endListening(): void {
		this.leave?.();
		this.leave = undefined;
	}

	private readonly stopOpen = (): void => {
		const runIds = new Set(this.open.values());
		this.open.clear();
		const afterStop = this.client.afterStop();
		void mapBounded([...runIds], STOP_CONCURRENCY, async (runId) => {
			// Nobody is left to be informed, and the run can still be stopped in AutoGPT.
			await stopRun(afterStop, runId).catch(() => undefined);
		});
	};
}
