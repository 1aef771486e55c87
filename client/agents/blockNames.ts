import { PlatformError } from '../errors/platformError';
import type { AutoGptClient } from '../http/client';
import { readList } from '../http/pages';
import { AnswerCache, SharedAnswers } from '../http/sharedAnswers';
import type { Run } from '../contract/types';
import { blockTitle } from './blocks';

/** Names are not worth many retries: whatever needs them does without. */
const FEW_RETRIES = { maxTries: 2, retryBudgetMs: 5_000, timeoutMs: 20_000 } as const;

type GraphVersion = Pick<Run, 'graph_id' | 'graph_version'>;

/** Names of blocks by the IDs of the nodes that they are in a graph. */
type BlockNames = ReadonlyMap<string, string>;

class NamesByVersion extends AnswerCache<BlockNames> {}

/** What an execution knows of the blocks of graphs; none are kept for others where none were told. */
class KnownBlockNames {
	readonly byVersion = new SharedAnswers(NamesByVersion, (names) => names.size > 0);
}

/**
 * Finds out which blocks the nodes of graphs are; each version of a graph is read once for an
 * execution, and for all that wait meanwhile.
 */
export class GraphBlockNames {
	private readonly known: KnownBlockNames;

	constructor(private readonly client: AutoGptClient) {
		this.known = client.session.of(KnownBlockNames);
	}

	/**
	 * The names of blocks by node ID, at the version of a run (contract: behaviour.md section 9).
	 * None where they cannot be read, and none for a block that the server does not list any more.
	 */
	async of({ graph_id, graph_version }: GraphVersion): Promise<BlockNames> {
		const key = JSON.stringify([graph_id, graph_version]);
		return await this.known.byVersion.get(
			this.client,
			key,
			async () =>
				await this.ask({ graph_id, graph_version }).catch((error: unknown) => this.none(error)),
		);
	}

	/** What AutoGPT does not say is done without; what Stop raises, or the end of a time, passes. */
	private none(error: unknown): BlockNames {
		this.client.cancelSignal?.throwIfAborted();
		if (error instanceof PlatformError) return new Map();
		throw error;
	}

	private async ask({ graph_id, graph_version: version }: GraphVersion): Promise<BlockNames> {
		const path = { graph_id };
		const options = { path, query: { version }, ...FEW_RETRIES };
		const { nodes } = await this.client.call('getGraph', options);
		const blocks = await readList(this.client, 'listGraphBlocks', { path, ...FEW_RETRIES });
		const titles = new Map(blocks.map((block) => [block.id, blockTitle(block)]));
		return new Map(
			nodes.flatMap(({ id, block_id }) => {
				const title = titles.get(block_id);
				return title === undefined ? [] : [[id, title] as const];
			}),
		);
	}
}
