import { Agents } from './agents';
import type { RunTarget } from './runTargets';
import type { LibraryAgent } from '../contract/types';
import { acceptLack, acceptStatus, PASSES, PlatformError } from '../errors/platformError';
import type { AutoGptClient } from '../http/client';
import { AnswerCache, SharedAnswers } from '../http/sharedAnswers';
import { sendOnce } from '../http/unclearWrite';
import { turns } from '../process/processState';

/** A new agent may show up in the library a moment later. */
const PAUSES_BEFORE_CHECKS_MS = [1_500, 1_500, 1_500];

/** A marketplace agent. */
export interface Listing {
	/** Username of its creator. */
	creator: string;
	slug: string;
}

/** The library's own agent of a listing. */
interface OwnAgent {
	graphId: string;
	/** Undefined where the server starts the listing itself, and knows no agents of the library. */
	agent?: LibraryAgent;
	/** True when it came into the library just now. */
	wasAdded: boolean;
}

/** As `creator/slug`. */
function nameOf({ creator, slug }: Listing): string {
	return `${creator}/${slug}`;
}

class KeptOwnAgents extends AnswerCache<OwnAgent> {}

class KnownOwnAgents extends SharedAnswers<OwnAgent> {
	constructor() {
		super(KeptOwnAgents, ({ agent, wasAdded }) => agent !== undefined && !wasAdded);
	}
}

/** The graph of a marketplace agent, and the agent that the library has of it. */
export async function readListed(
	client: AutoGptClient,
	{ creator, slug }: Listing,
): Promise<{ graphId: string; agent?: LibraryAgent }> {
	const path = { username: creator, agent_name: slug };
	const { graph_id: graphId } = await client.call('getMarketplaceAgent', { path });
	return { graphId, agent: await inLibrary(client, graphId) };
}

async function inLibrary(
	client: AutoGptClient,
	graphId: string,
): Promise<LibraryAgent | undefined> {
	const agent = await new Agents(client).readRunning(graphId).catch(acceptStatus(404));
	return agent instanceof PlatformError ? undefined : agent;
}

async function add(client: AutoGptClient, listing: Listing, graphId: string) {
	const path = { username: listing.creator, agent_name: listing.slug };
	return await sendOnce(client, {
		send: async () => {
			const agent = await client.call('addMarketplaceAgentToLibrary', { path });
			return await new Agents(client).asReadAlone(agent);
		},
		find: async () => await inLibrary(client, graphId),
		pausesMs: PAUSES_BEFORE_CHECKS_MS,
		unclear: ({ message, status }) => ({
			message: `${message}. Whether the agent '${nameOf(listing)}' was added to your library is not certain`,
			description:
				'Nothing was run. Execute the node again: it looks for the agent first, and adding it again makes no second one.',
			status,
			outcome: 'unknown',
			failure: PASSES,
		}),
	});
}

async function findOrAdd(client: AutoGptClient, listing: Listing): Promise<OwnAgent> {
	const { agent, graphId } = await readListed(client, listing);
	if (agent) return { graphId, agent, wasAdded: false };
	const added = await add(client, listing, graphId).catch(acceptLack);
	if (added instanceof PlatformError) return { graphId, wasAdded: false };
	return { graphId, agent: added, wasAdded: true };
}

/**
 * Finds what runs an agent of the marketplace: the agent that the library has of its graph. It is
 * added where there is none, once for all items and executions of this process.
 *
 * @throws PlatformError, with status 404 for an unknown marketplace agent
 */
export async function targetOfListing(
	client: AutoGptClient,
	listing: Listing,
): Promise<RunTarget & { wasAdded: boolean }> {
	const name = nameOf(listing);
	const known = client.session.of(KnownOwnAgents);
	const find = async () =>
		await known.get(client, name.toLowerCase(), async () => {
			const key = `${client.connection.credentialKey} marketplace ${name.toLowerCase()}`;
			return await turns.take(key, async () => await findOrAdd(client, listing));
		});
	let own = await find();
	// It was found on a server that knew no library, and may have got one meanwhile.
	if (!own.agent && client.polling.listsRuns) {
		known.forget(name.toLowerCase());
		own = await find();
	}
	const { agent, graphId, wasAdded } = own;
	return { agentId: agent?.id ?? '', agent, choice: { graphId, listing: name }, wasAdded };
}
