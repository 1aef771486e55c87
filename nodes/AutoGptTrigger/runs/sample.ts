import { readList } from '../../../client/http/pages';
import type { Run, RunStatus } from '../../../client/contract/types';
import type { Poll } from '../poll';

/** Runs looked at for a sample at most. */
const LOOKED_AT = 100;

/** The newest runs of the chosen agents, newest first. */
export async function newestRuns(poll: Poll, statuses?: RunStatus[]): Promise<Run[]> {
	const query = statuses ? { statuses } : {};
	const runs = await readList(poll.client, 'listRuns', { query }, LOOKED_AT);
	return runs.filter(({ graph_id }) => poll.wants(graph_id));
}
