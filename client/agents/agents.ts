import { needsOf, type CredentialNeed } from './agentCredentials';
import type { AutoGptClient } from '../http/client';
import type { Connection } from '../connection/connection';
import { acceptStatus, PlatformError } from '../errors/platformError';
import { readList } from '../http/pages';
import type { Graph, LibraryAgent } from '../contract/types';

type CredentialSchema = Graph['credentials_input_schema'];

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

	private readonly needs = new Map<string, Promise<CredentialNeed[] | undefined>>();

	private readonly credentialSchemas = new Map<string, Promise<CredentialSchema | undefined>>();

	private static readonly ofClients = new WeakMap<AutoGptClient, Agents>();

	constructor(private readonly client: AutoGptClient) {}

	/** The same for all items of an execution, which share one client. */
	static of(client: AutoGptClient): Agents {
		const agents = Agents.ofClients.get(client) ?? new Agents(client);
		Agents.ofClients.set(client, agents);
		return agents;
	}

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

	/**
	 * The credential fields of an agent. Nothing else tells whether it has any.
	 *
	 * @returns undefined when they cannot be read: the credential lacks READ_INTEGRATIONS, or the
	 * server is older
	 */
	async credentialNeeds(agentId: string): Promise<CredentialNeed[] | undefined> {
		let needs = this.needs.get(agentId);
		if (!needs) {
			needs = readList(this.client, 'listLibraryAgentCredentials', { path: { agent_id: agentId } })
				.catch(acceptStatus(403, 404))
				.then((rows) => (rows instanceof PlatformError ? undefined : needsOf(rows)));
			this.needs.set(agentId, needs);
		}
		return await needs;
	}

	/**
	 * Whether an agent can do without a credential field, which only its graph tells (contract:
	 * behaviour.md section 11). What cannot be read counts as needed.
	 */
	async canDoWithout(agent: LibraryAgent | undefined, field: string): Promise<boolean> {
		if (!agent) return false;
		const { graph_id, graph_version: version } = agent;
		const key = JSON.stringify([graph_id, version]);
		let schema = this.credentialSchemas.get(key);
		if (!schema) {
			schema = this.client
				.call('getGraph', { path: { graph_id }, query: { version } })
				.catch(acceptStatus(403, 404))
				.then((graph) =>
					graph instanceof PlatformError ? undefined : graph.credentials_input_schema,
				);
			this.credentialSchemas.set(key, schema);
		}
		const { properties, required } = (await schema) ?? {};
		if (!properties || !Object.hasOwn(properties, field)) return false;
		return !(required ?? []).includes(field);
	}
}
