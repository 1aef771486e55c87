import { Agents } from './agents';
import type { GraphVersion } from '../contract/calls';
import type { LibraryAgent } from '../contract/types';
import { isLack, PlatformError } from '../errors/platformError';
import type { AutoGptClient } from '../http/client';

/** What a start starts. */
export interface RunTarget {
	/** `` where the server starts graphs themselves, and knows no agents of the library. */
	agentId: string;
	/** The agent as it was read; undefined where the credential may not read it. */
	agent?: LibraryAgent;
	/** What the user named, where that is not the agent itself: another API may start it by this. */
	choice?: GraphVersion;
	/** The block that the user named, whose agent may be another one at the next attempt. */
	blockId?: string;
}

/** By what a start is known within an execution: by what the user named, whoever runs it. */
export function identityOf({ agentId, blockId, choice }: RunTarget): string {
	if (blockId !== undefined) return `block ${blockId}`;
	if (!choice) return agentId;
	// AutoGPT compares such names in lower case.
	return choice.listing ? `marketplace ${choice.listing.toLowerCase()}` : `graph ${choice.graphId}`;
}

/**
 * Finds what runs a graph: its agent in the library, for API v2 starts nothing else. That agent has
 * a version of its own, and runs in it whatever version the user wants (contract: behaviour.md
 * section 9, v1.md section 9).
 *
 * @throws PlatformError that says what to do when the library has no agent of the graph
 */
export async function targetOfGraph(
	client: AutoGptClient,
	choice: GraphVersion,
): Promise<RunTarget> {
	const agents = new Agents(client);
	const agent = await agents.running(choice.graphId).catch((error: unknown) => {
		// A server that cannot be asked for the agent is one that starts the graph itself.
		if (isLack(error)) return undefined;
		throw explainMissing(client, choice, error);
	});
	if (!agent) return { agentId: '', choice };
	return { agentId: agent.id, agent, choice };
}

function explainMissing(client: AutoGptClient, { graphId }: GraphVersion, error: unknown): unknown {
	// A 404 without AutoGPT's code for it is one of something else, such as an unknown path.
	if (!(error instanceof PlatformError) || error.code !== 'not_found') return error;
	const { code, failure, status } = error;
	return client.error({
		message: `The graph '${graphId}' was not found in your library`,
		description:
			'AutoGPT runs graphs by their agents in the library. Check the ID, which is not that of a library agent, and that the credential belongs to the organization of the graph. Marketplace Agent > Add to Library adds an agent of the marketplace; Graph > Create makes a new agent of a graph.',
		...{ code, failure, status },
		outcome: 'refused',
	});
}
