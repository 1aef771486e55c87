import type { LibraryAgent } from '../contract/types';
import { acceptStatus, PlatformError } from '../errors/platformError';
import type { AutoGptClient } from '../http/client';
import { eachRow } from '../http/pages';
import { mapBounded } from '../util/concurrency';
import { Agents } from './agents';

/** Up to so many graphs are asked for one by one; beyond, the list of the library costs less. */
const FEW = 5;
const READ_CONCURRENCY = 5;

type Named = Pick<LibraryAgent, 'id' | 'name'>;

/** Agents found in the list of the library; it leaves out what was archived. */
async function listed(client: AutoGptClient, graphIds: string[]): Promise<Map<string, Named>> {
	const wanted = new Set(graphIds);
	const found = new Map<string, Named>();
	for await (const agent of eachRow(client, 'listLibraryAgents', {})) {
		if (wanted.has(agent.graph_id)) found.set(agent.graph_id, agent);
		if (found.size === wanted.size) break;
	}
	return found;
}

/**
 * The library agents of graphs, by graph. One that the library does not have, or that the credential
 * may not read, is left out.
 */
export async function agentsOfGraphs(
	client: AutoGptClient,
	graphIds: string[],
): Promise<ReadonlyMap<string, Named>> {
	const wanted = [...new Set(graphIds)];
	const inList =
		wanted.length > FEW
			? await listed(client, wanted).catch(acceptStatus(403, 404))
			: new Map<string, Named>();
	if (inList instanceof PlatformError) return new Map();
	const agents = new Agents(client);
	const rest = await mapBounded(
		wanted.filter((graphId) => !inList.has(graphId)),
		READ_CONCURRENCY,
		async (graphId) => [graphId, await agents.ofGraph(graphId)] as const,
	);
	const read = rest.flatMap(([graphId, agent]) => (agent ? [[graphId, agent] as const] : []));
	return new Map([...inList, ...read]);
}
