import { Agents } from './agents';
import type { BlockLayout } from './blockLayout';
import { blockTag } from './blocks';
import type { AutoGptClient } from '../http/client';
import { PASSES } from '../errors/platformError';
import { canonicalJson } from '../util/canonicalJson';
import { readList } from '../http/pages';
import { AnswerCache, SharedAnswers } from '../http/sharedAnswers';
import { sendOnce } from '../http/unclearWrite';
import { turns } from '../process/processState';
import type { Block, LibraryAgent } from '../contract/types';

/** A new agent may show up in the library a moment later. */
const PAUSES_BEFORE_CHECKS_MS = [1_500, 1_500, 1_500];

function namesOf({ properties = {} }: LibraryAgent['input_schema']): string {
	return canonicalJson(Object.keys(properties).sort());
}

class KeptBlockAgents extends AnswerCache<LibraryAgent> {}

/** The agents that an execution has found or made, by the markers of their layouts. */
class KnownBlockAgents extends SharedAnswers<LibraryAgent> {
	constructor() {
		super(KeptBlockAgents);
	}
}

/**
 * Finds the agents that run single blocks, and makes those that are not there. Agents are found by
 * their description in the library; of several the oldest counts, so that all who look agree.
 */
export class BlockAgents {
	private readonly agents: Agents;

	constructor(private readonly client: AutoGptClient) {
		this.agents = new Agents(client);
	}

	/** The agent of a layout; made when the library has none. */
	async agentFor(layout: BlockLayout): Promise<LibraryAgent> {
		const { tag } = layout;
		const { connection, session } = this.client;
		return await session.of(KnownBlockAgents).get(this.client, tag, async () => {
			const key = `${connection.credentialKey} ${tag}`;
			return await turns.take(
				key,
				async () => (await this.find(layout)) ?? (await this.make(layout)),
			);
		});
	}

	/** The agent of a layout as the library has it; one that was changed since does not count. */
	async find({ tag, inputs }: BlockLayout): Promise<LibraryAgent | undefined> {
		for (const { id } of await this.describedWith(tag)) {
			const agent = await this.agents.read(id);
			if (agent && namesOf(agent.input_schema) === namesOf(inputs)) return agent;
		}
		return undefined;
	}

	/** The newest agent of a block, whichever of its inputs it has. */
	async newestFor(block: Block): Promise<LibraryAgent | undefined> {
		const rows = await this.describedWith(blockTag(block));
		return rows.at(-1);
	}

	/** Agents with that text in their descriptions, oldest first. */
	private async describedWith(text: string): Promise<LibraryAgent[]> {
		const rows = await readList(this.client, 'listLibraryAgents', {}, Infinity, (row) =>
			row.description.includes(text),
		);
		return rows.sort(
			(a, b) => a.created_at.localeCompare(b.created_at) || a.id.localeCompare(b.id),
		);
	}

	/** Creating a graph is not idempotent: after an unclear outcome it is looked for, not repeated. */
	private async make(layout: BlockLayout): Promise<LibraryAgent> {
		const { name } = layout.graph;
		return await sendOnce(this.client, {
			send: async () => {
				const { id } = await this.client.call('createGraph', { body: layout.graph });
				return await this.client.call('getGraphLibraryAgent', { path: { graph_id: id } });
			},
			find: async () => await this.find(layout),
			pausesMs: PAUSES_BEFORE_CHECKS_MS,
			unclear: ({ message, status }, result) => ({
				message: `${message}. Whether the agent '${name}' was made is not certain`,
				description: `${
					result === 'missing'
						? 'It was not in the library afterwards, and nothing was run.'
						: 'The library could not be read afterwards, and nothing was run.'
				} Execute the node again: it looks for the agent first and makes one only where there is none.`,
				status,
				outcome: 'unknown',
				failure: PASSES,
			}),
		});
	}
}
