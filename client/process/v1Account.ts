import type { GraphVersion } from '../contract/calls';
import { Pace } from './pace';

const MINUTE_MS = 60_000;
/** The least that a server may allow of all requests of a key (contract: v1.md section 4). */
const REQUESTS_A_MINUTE = 60;
/** How many of these may look whether runs have ended (section 6). */
const RESULTS_A_MINUTE = 40;
const MOST_RUNS = 5_000;

/** What is kept of one credential on servers with API v1 only. */
export class V1Account {
	readonly requests = new Pace(REQUESTS_A_MINUTE, MINUTE_MS);

	readonly results = new Pace(RESULTS_A_MINUTE, MINUTE_MS);

	private readonly runs = new Map<string, GraphVersion>();

	get isInUse(): boolean {
		return this.requests.isInUse || this.results.isInUse;
	}

	/** Notes the graph of a run: API v1 reads none without it. */
	noteRun(runId: string, run: GraphVersion): void {
		this.runs.delete(runId);
		this.runs.set(runId, run);
		for (const oldest of this.runs.keys()) {
			if (this.runs.size <= MOST_RUNS) break;
			this.runs.delete(oldest);
		}
	}

	/** The graph of a run that was started here, or read before. */
	findRun(runId: string): GraphVersion | undefined {
		return this.runs.get(runId);
	}
}
