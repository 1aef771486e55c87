import { NodeApiError, type IPollFunctions } from 'n8n-workflow';

import { Agents } from '../../client/agents/agents';
import { GraphBlockNames } from '../../client/agents/blockNames';
import type { RunDetails } from '../../client/contract/types';
import { failedBlockNames } from '../shared/failedBlockNames';
import type { FinishedRun } from '../shared/runOutput';
import type { AutoGptClient } from '../../client/http/client';
import { PlatformError } from '../../client/errors/platformError';
import { entryOf, setEntry } from '../../client/util/records';
import { acceptFault } from './faults';
import type { TriggerSettings } from './settings';

/** Runs that a poll reads at the same time; by then the credential is known to work. */
export const POLL_READ_CONCURRENCY = 6;
/** How much of the time may pass before no further page of a list is read, … */
const SHARE_FOR_LISTS = 0.5;
/** … before no further run is read, and before all pauses end. */
const SHARE_FOR_READING = 0.75;
const SHARE_FOR_ALL = 0.95;

/** One poll: what it may use and what it wants. */
export class Poll {
	readonly client: AutoGptClient;

	private readonly began = Date.now();

	/** Graphs of the chosen agents; undefined for all. */
	chosenGraphs?: ReadonlySet<string>;

	constructor(
		readonly functions: IPollFunctions,
		client: AutoGptClient,
		readonly settings: TriggerSettings,
		/** Graph of each library agent, as far as known; lives on in the state. */
		readonly graphs: Record<string, string>,
		/** How long this poll may take, in milliseconds. */
		private readonly budgetMs: number,
	) {
		// A pause for AutoGPT's limits must not outlast the time that n8n allows a poll.
		this.client = client.withSignal(AbortSignal.timeout(Math.floor(budgetMs * SHARE_FOR_ALL)));
	}

	/** Looks up which graphs the chosen agents have; each agent is asked for once. */
	async findGraphs(): Promise<void> {
		const { agentIds } = this.settings;
		if (agentIds.length === 0) return;
		for (const agentId of agentIds) {
			if (entryOf(this.graphs, agentId) !== undefined) continue;
			const agent = await this.client.call('getLibraryAgent', { path: { agent_id: agentId } });
			setEntry(this.graphs, agentId, agent.graph_id);
		}
		this.chosenGraphs = new Set(agentIds.map((id) => entryOf(this.graphs, id) ?? ''));
	}

	/** Whether runs of this graph count. */
	wants(graphId: string): boolean {
		return this.chosenGraphs === undefined || this.chosenGraphs.has(graphId);
	}

	/** The library agent of a graph, for links; no event waits for one that cannot be had. */
	async agentOf(graphId: string): Promise<string | undefined> {
		const known = Object.entries(this.graphs).find(([, graph]) => graph === graphId);
		if (known) return known[0];
		const agentId = await new Agents(this.client).idForGraph(graphId).catch(acceptFault());
		if (agentId instanceof PlatformError) {
			this.warn(`The agent of graph '${graphId}' could not be read`, agentId);
			return undefined;
		}
		if (agentId !== undefined) setEntry(this.graphs, agentId, graphId);
		return agentId;
	}

	/**
	 * A run with what is to be known of it beside what it says itself, as the action node has it. No
	 * event waits for what cannot be had.
	 */
	async known(run: RunDetails): Promise<FinishedRun> {
		const agentId = await this.agentOf(run.graph_id);
		const agent = await new Agents(this.client)
			.ofGraph(run.graph_id)
			.catch(acceptFault(() => false));
		const agentName = agent instanceof PlatformError ? undefined : agent?.name;
		const blockNames = await failedBlockNames(new GraphBlockNames(this.client), run);
		return { run, agentId, agentName, blockNames };
	}

	/** Notes in n8n's log what the events of this poll go without. */
	warn(what: string, { message }: PlatformError): void {
		this.functions.logger.warn(`${what}: ${message}`);
	}

	/** Whether nothing more should be begun. */
	get isOutOfTime(): boolean {
		return this.isPast(SHARE_FOR_READING);
	}

	/** For lists: whether the rest of the time belongs to what they have shown. */
	readonly isListTimeOver = (): boolean => this.isPast(SHARE_FOR_LISTS);

	private isPast(share: number): boolean {
		return Date.now() - this.began >= this.budgetMs * share;
	}

	/**
	 * Does what a poll is for.
	 *
	 * @throws PlatformError when the time was over before anything could be found out
	 */
	async inTime<R>(task: () => Promise<R>): Promise<R> {
		return await task().catch((error: unknown) => {
			throw this.isOutOfTime && !(error instanceof NodeApiError) ? this.timeIsOver() : error;
		});
	}

	private timeIsOver(): PlatformError {
		return this.client.error({
			message: 'The time for this poll was over before AutoGPT had answered',
			description:
				"AutoGPT's limit of 200 requests a minute is used up, or it answers slowly. Nothing is lost: the next poll goes on. Poll less often if this happens again and again.",
			outcome: 'refused',
			failure: { cause: 'rate-limited' },
		});
	}

	/** When the poll began, on the server's clock: right once the server has answered. */
	get serverBegan(): number {
		return this.client.serverNow().getTime() - (Date.now() - this.began);
	}
}
