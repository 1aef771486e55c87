import type { IPollFunctions } from 'n8n-workflow';

import { Agents } from '../../platform/agents';
import type { PlatformClient } from '../../platform/client';
import type { TriggerSettings } from './settings';

/** One poll: what it may use and what it wants. */
export class Poll {
	private readonly began = Date.now();

	/** Graphs of the chosen agents; undefined for all. */
	chosenGraphs?: ReadonlySet<string>;

	constructor(
		readonly functions: IPollFunctions,
		readonly client: PlatformClient,
		readonly settings: TriggerSettings,
		/** Graph of each library agent, as far as known; lives on in the state. */
		readonly graphs: Record<string, string>,
		/** How long this poll may take, in milliseconds. */
		private readonly budgetMs: number,
	) {}

	/** Looks up which graphs the chosen agents have; each agent is asked for once. */
	async findGraphs(): Promise<void> {
		const { agentIds } = this.settings;
		if (agentIds.length === 0) return;
		for (const agentId of agentIds) {
			if (this.graphs[agentId] !== undefined) continue;
			const agent = await this.client.call('getLibraryAgent', { path: { agent_id: agentId } });
			this.graphs[agentId] = agent.graph_id;
		}
		this.chosenGraphs = new Set(agentIds.map((id) => this.graphs[id] ?? ''));
	}

	/** Whether runs of this graph count. */
	wants(graphId: string): boolean {
		return this.chosenGraphs === undefined || this.chosenGraphs.has(graphId);
	}

	/** The library agent of a graph, for links. */
	async agentOf(graphId: string): Promise<string | undefined> {
		const known = Object.entries(this.graphs).find(([, graph]) => graph === graphId);
		if (known) return known[0];
		const agentId = await Agents.of(this.client).idForGraph(graphId);
		if (agentId !== undefined) this.graphs[agentId] = graphId;
		return agentId;
	}

	get isOutOfTime(): boolean {
		return Date.now() - this.began >= this.budgetMs;
	}

	/** When the poll began, on the server's clock: right once the server has answered. */
	get serverBegan(): number {
		return this.client.serverNow().getTime() - (Date.now() - this.began);
	}
}
