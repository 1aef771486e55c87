import type { PlatformClient } from './client';
import type { Connection } from './connection';
import { acceptStatus, PlatformError } from './errors';
import type { LibraryAgent } from './types';

/** Page of an agent in AutoGPT's web app. */
export function agentUrl({ webUrl }: Connection, agentId: string): string {
	return `${webUrl}/library/agents/${encodeURIComponent(agentId)}`;
}

/** Page of a run in AutoGPT's web app. */
export function runUrl(connection: Connection, agentId: string, runId: string): string {
	return `${agentUrl(connection, agentId)}?activeTab=runs&activeItem=${encodeURIComponent(runId)}`;
}

/** Reads agents of the library, each once for an execution. */
export class Agents {
	private readonly byId = new Map<string, Promise<LibraryAgent | undefined>>();

	private readonly idByGraph = new Map<string, Promise<string | undefined>>();

	constructor(private readonly client: PlatformClient) {}

	/**
	 * Reads an agent with its input schema.
	 *
	 * @returns undefined when the credential may run agents but not read the library
	 */
	async read(agentId: string): Promise<LibraryAgent | undefined> {
		let agent = this.byId.get(agentId);
		if (!agent) {
			agent = this.client
				.call('getLibraryAgent', { path: { agent_id: agentId } })
				.catch(acceptStatus(403))
				.then((answer) => (answer instanceof PlatformError ? undefined : answer));
			this.byId.set(agentId, agent);
		}
		return await agent;
	}

	/** The library agent that belongs to a graph, for links; undefined when it cannot be told. */
	async idForGraph(graphId: string): Promise<string | undefined> {
		let id = this.idByGraph.get(graphId);
		if (!id) {
			id = this.client
				.call('getGraphLibraryAgent', { path: { graph_id: graphId } })
				.catch(acceptStatus(403, 404))
				.then((answer) => (answer instanceof PlatformError ? undefined : answer.id));
			this.idByGraph.set(graphId, id);
		}
		return await id;
	}
}
