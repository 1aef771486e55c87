import { needsOf, type CredentialNeed } from './agentCredentials';
import { mayBeNarrowed } from './narrowing';
import { rulesOfBlock, rulesOfGraph, type RulesFor } from './providerRules';
import type { AutoGptClient } from '../http/client';
import type { Connection } from '../connection/connection';
import { acceptStatus, PlatformError } from '../errors/platformError';
import { readList } from '../http/pages';
import { AnswerCache, SharedAnswers } from '../http/sharedAnswers';
import { isObject } from '../util/json';
import type { Block, Graph, LibraryAgent } from '../contract/types';

/** Page of an agent in AutoGPT's web app. */
export function agentUrl({ webUrl }: Connection, agentId: string): string {
	return `${webUrl}/library/agents/${encodeURIComponent(agentId)}`;
}

/** Page of an agent's graph in the builder of AutoGPT's web app. */
export function builderUrl(
	{ webUrl }: Connection,
	{ graph_id, graph_version }: Pick<LibraryAgent, 'graph_id' | 'graph_version'>,
): string {
	return `${webUrl}/build?flowID=${encodeURIComponent(graph_id)}&flowVersion=${graph_version}`;
}

/** Page of a run in AutoGPT's web app. */
export function runUrl(connection: Connection, agentId: string, runId: string): string {
	return `${agentUrl(connection, agentId)}?activeTab=runs&activeItem=${encodeURIComponent(runId)}`;
}

class AgentsById extends AnswerCache<LibraryAgent | undefined> {}

class AgentsByGraph extends AnswerCache<LibraryAgent | undefined> {}

class RunningAgents extends AnswerCache<LibraryAgent> {}

class Needs extends AnswerCache<CredentialNeed[] | undefined> {}

class Graphs extends AnswerCache<Graph | undefined> {}

/** What an execution knows of agents. */
class KnownAgents {
	readonly byId = new SharedAnswers(AgentsById);

	readonly byGraph = new SharedAnswers(AgentsByGraph);

	readonly running = new SharedAnswers(RunningAgents);

	readonly needs = new SharedAnswers(Needs);

	readonly graphs = new SharedAnswers(Graphs);

	/** The blocks that agents were made for, by agent. */
	readonly blocks = new Map<string, Block>();
}

/** Reads agents of the library, each once for an execution, or for several that begin together. */
export class Agents {
	private readonly known: KnownAgents;

	constructor(private readonly client: AutoGptClient) {
		this.known = client.session.of(KnownAgents);
	}

	/**
	 * Reads an agent with its input schema.
	 *
	 * @returns undefined when the credential may run agents but not read the library
	 */
	async read(agentId: string): Promise<LibraryAgent | undefined> {
		return await this.readSince(agentId);
	}

	private async readSince(agentId: string, since?: number): Promise<LibraryAgent | undefined> {
		const ask = async () => {
			const path = { agent_id: agentId };
			const agent = await this.client.call('getLibraryAgent', { path }).catch(acceptStatus(403));
			return agent instanceof PlatformError ? undefined : agent;
		};
		return await this.known.byId.get(this.client, agentId, ask, since);
	}

	/** The library agent that belongs to a graph; undefined when it is not known. */
	async ofGraph(graphId: string): Promise<LibraryAgent | undefined> {
		return await this.known.byGraph.get(this.client, graphId, async () => {
			const agent = await this.client
				.call('getGraphLibraryAgent', { path: { graph_id: graphId } })
				.catch(acceptStatus(403, 404));
			return agent instanceof PlatformError ? undefined : agent;
		});
	}

	/**
	 * The library agent that runs a graph, with its input schema.
	 *
	 * @throws PlatformError, with status 404 when the library has none
	 */
	async running(graphId: string): Promise<LibraryAgent> {
		return await this.known.running.get(
			this.client,
			graphId,
			async () => await this.readRunning(graphId),
		);
	}

	/** The same, asked anew: an agent may have come into the library meanwhile. */
	async readRunning(graphId: string): Promise<LibraryAgent> {
		const path = { graph_id: graphId };
		return await this.asReadAlone(await this.client.call('getGraphLibraryAgent', { path }));
	}

	/**
	 * An agent that came with another answer, as it would be read alone. A schema that says nothing
	 * does not mean that it takes no inputs (contract: behaviour.md section 11).
	 */
	async asReadAlone(agent: LibraryAgent): Promise<LibraryAgent> {
		if (!isObject(agent.input_schema?.properties)) return (await this.read(agent.id)) ?? agent;
		this.known.byId.note(this.client, agent.id, agent);
		return agent;
	}

	/** The ID of the library agent that belongs to a graph; undefined when it is not known. */
	async idForGraph(graphId: string): Promise<string | undefined> {
		return (await this.ofGraph(graphId))?.id;
	}

	/**
	 * The credential fields of an agent. Nothing else shows whether it has any.
	 *
	 * @param block the block that the agent runs, where it was made for one
	 * @returns undefined when they cannot be read: the credential lacks READ_INTEGRATIONS, or the
	 * server is older
	 */
	async credentialNeeds(agentId: string, block?: Block): Promise<CredentialNeed[] | undefined> {
		if (block) this.known.blocks.set(agentId, block);
		return await this.needs(agentId);
	}

	/** The same, by an answer that was asked for in this execution: for whoever chooses by it. */
	async credentialNeedsAfresh(agentId: string): Promise<CredentialNeed[] | undefined> {
		return await this.needs(agentId, this.client.session.freshSince);
	}

	private async needs(agentId: string, since?: number): Promise<CredentialNeed[] | undefined> {
		const ask = async () => await this.readNeeds(agentId, since);
		return await this.known.needs.get(this.client, agentId, ask, since);
	}

	private async readNeeds(agentId: string, since?: number): Promise<CredentialNeed[] | undefined> {
		const path = { agent_id: agentId };
		const rows = await readList(this.client, 'listLibraryAgentCredentials', { path }).catch(
			acceptStatus(403, 404),
		);
		if (rows instanceof PlatformError) return undefined;
		const needs = needsOf(rows);
		if (!needs.some(mayBeNarrowed)) return needs;
		const block = this.known.blocks.get(agentId);
		const rulesFor = block ? rulesOfBlock(block) : await this.rulesOf(agentId, since);
		return needs.map((need) => (mayBeNarrowed(need) ? { ...need, rules: rulesFor(need) } : need));
	}

	/** How the credentials of an agent follow from its inputs; its graph and blocks show it. */
	private async rulesOf(agentId: string, since?: number): Promise<RulesFor> {
		const agent = await this.readSince(agentId, since);
		const graph = agent && (await this.graphOf(agent));
		if (!graph) return () => 'unreadable';
		const path = { graph_id: graph.id };
		const blocks = await readList(this.client, 'listGraphBlocks', { path }).catch(
			acceptStatus(403, 404),
		);
		return blocks instanceof PlatformError ? () => 'unreadable' : rulesOfGraph(graph, blocks);
	}

	/**
	 * Whether an agent can do without a credential field, which only its graph shows (contract:
	 * behaviour.md section 11). What cannot be read counts as needed.
	 */
	async canDoWithout(agent: LibraryAgent | undefined, field: string): Promise<boolean> {
		const graph = agent && (await this.graphOf(agent));
		const { properties, required } = graph?.credentials_input_schema ?? {};
		if (!properties || !Object.hasOwn(properties, field)) return false;
		return !(required ?? []).includes(field);
	}

	private async graphOf({
		graph_id,
		graph_version: version,
	}: LibraryAgent): Promise<Graph | undefined> {
		const key = JSON.stringify([graph_id, version]);
		return await this.known.graphs.get(this.client, key, async () => {
			const graph = await this.client
				.call('getGraph', { path: { graph_id }, query: { version } })
				.catch(acceptStatus(403, 404));
			return graph instanceof PlatformError ? undefined : graph;
		});
	}
}
