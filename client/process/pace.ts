import { monotonicNow } from '../util/monotonic';
import { pause } from './pause';

const MARGIN_MS = 50;

/** Keeps requests to so many within any span of time, for servers that tell of no limits. */
export class Pace {
	private readonly times: number[] = [];

	private waiting = 0;

	constructor(
		private readonly most: number,
		private readonly spanMs: number,
	) {}

	/** Whether requests wait for their turn, or count against later ones. */
	get isInUse(): boolean {
		return this.waiting > 0 || this.waitMs() > 0;
	}

	/**
	 * Waits until one more request fits, and counts it.
	 *
	 * @param signal ends the wait when the user presses Stop
	 */
	async take(signal?: AbortSignal): Promise<void> {
		this.waiting += 1;
		try {
			for (let wait = this.waitMs(); wait > 0; wait = this.waitMs()) await pause(wait, signal);
		} finally {
			this.waiting -= 1;
		}
		this.times.push(monotonicNow());
		if (this.times.length > this.most) this.times.shift();
	}

	/** Milliseconds until one more request fits; 0 when it does now. */
	private waitMs(): number {
		if (this.times.length < this.most) return 0;
		const oldest = this.times[0] ?? -Infinity;
		const end = oldest + this.spanMs - monotonicNow();
		return end > 0 ? end + MARGIN_MS : 0;
	}
}
