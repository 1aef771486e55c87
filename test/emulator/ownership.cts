import type { Call, Principal } from './core.cts';
import { ApiError, notFound } from './errors.cts';
import type { AgentRecord, FolderRecord, GraphRecord, Owned, RunRecord } from './state.cts';

/** New things live in the key's organization, and in the team of the request (section 3). */
export function ownerOf({ user, organization, team }: Principal): Owned {
	return { userId: user.id, organizationId: organization.id, teamId: team?.id ?? null };
}

export function isOwn({ user, organization }: Principal, one: Owned): boolean {
	return one.userId === user.id && one.organizationId === organization.id;
}

function own<T extends Owned>(call: Call, one: T | undefined, what: string): T {
	if (!one || !isOwn(call.principal, one)) throw notFound(what);
	return one;
}

export function ownAgent(call: Call, id = call.params.agent_id ?? ''): AgentRecord {
	return own(call, call.core.state.agents.get(id), `Library agent #${id}`);
}

/**
 * What belongs to a team-mate may be readable, but is only the owner's to change: 403 with a text
 * that says so, on older servers 404 (section 3).
 */
function ownersOnly<T extends Owned>(call: Call, one: T | undefined, what: string): T {
	const { organization, user } = call.principal;
	const isMates = one?.organizationId === organization.id && one.userId !== user.id;
	if (isMates && call.core.mode.teamMates === 'forbidden') {
		throw new ApiError(403, `${what} belongs to another member of the organization`);
	}
	return own(call, one, what);
}

/** A graph to save a new version of, or to choose the active version of. */
export function ownGraph(call: Call, id = call.params.graph_id ?? ''): GraphRecord {
	return ownersOnly(call, call.core.state.graphs.get(id), `Graph #${id}`);
}

/** A graph to read: team-mates' graphs in the organization are readable. */
export function readableGraph(call: Call, id = call.params.graph_id ?? ''): GraphRecord {
	const graph = call.core.state.graphs.get(id);
	if (graph?.organizationId !== call.principal.organization.id) throw notFound(`Graph #${id}`);
	return graph;
}

/** A graph that the caller owns, or has in the library from the marketplace. */
export function usableGraph(call: Call, id = call.params.graph_id ?? ''): GraphRecord {
	const { core, principal } = call;
	const inLibrary = [...core.state.agents.values()].some(
		(agent) => agent.graphId === id && isOwn(principal, agent),
	);
	const graph = core.state.graphs.get(id);
	return graph && inLibrary ? graph : own(call, graph, `Graph #${id}`);
}

export function ownFolder(call: Call, id = call.params.folder_id ?? ''): FolderRecord {
	return own(call, call.core.state.folders.get(id), `Folder #${id}`);
}

/** A run to stop, delete, share or review. */
export function ownRun(call: Call, id = call.params.run_id ?? ''): RunRecord {
	const run = call.core.state.runs.get(id);
	return ownersOnly(call, run?.deleted ? undefined : run, `Run #${id}`);
}

/** A run to read: team-mates' runs in the organization are readable. */
export function readableRun(call: Call): RunRecord {
	const id = call.params.run_id ?? '';
	const run = call.core.state.runs.get(id);
	const readable = run && !run.deleted && run.organizationId === call.principal.organization.id;
	if (!readable) throw notFound(`Run #${id}`);
	return run;
}
