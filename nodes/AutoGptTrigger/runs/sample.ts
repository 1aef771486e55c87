import { readList } from '../../../client/http/pages';
import type { Run, RunStatus } from '../../../client/contract/types';
import type { Poll } from '../poll';
import { timeOf } from '../times';

/** Runs read for a sample at most, of each chosen agent. */
const MOST_READ = 100;

/** Where a run without a time stands: it was not picked up yet, so it is among the newest. */
function startOf({ started_at }: Run): number {
	return timeOf(started_at) || Infinity;
}

/**
 * The newest runs of the chosen agents, newest first. Each agent is asked for on its own: its runs
 * may be older than the newest of all.
 */
export async function newestRuns(poll: Poll, statuses?: RunStatus[]): Promise<Run[]> {
	const filter = statuses ? { statuses } : {};
	const graphs = poll.chosenGraphs ? [...poll.chosenGraphs] : [undefined];
	const runs: Run[] = [];
	for (const graph_id of graphs) {
		const query = { ...filter, ...(graph_id === undefined ? {} : { graph_id }) };
		runs.push(...(await readList(poll.client, 'listRuns', { query }, MOST_READ)));
	}
	return graphs.length === 1 ? runs : runs.sort((a, b) => startOf(b) - startOf(a));
}
