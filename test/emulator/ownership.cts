import type { Call, Principal } from './core.cts';
import { notFound } from './errors.cts';
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

export function ownGraph(call: Call, id = call.params.graph_id ?? ''): GraphRecord {
	return own(call, call.core.state.graphs.get(id), `Graph #${id}`);
}

/** A graph that the caller owns, or has in the library from the marketplace. */
export function usableGraph(call: Call, id = call.params.graph_id ?? ''): GraphRecord {
	const { core, principal } = call;
	const inLibrary = [...core.state.agents.values()].some(
		(agent) => agent.graphId === id && isOwn(principal, agent),
	);
	const graph = core.state.graphs.get(id);
	return graph && inLibrary ? graph : ownGraph(call, id);
}

export function ownFolder(call: Call, id = call.params.folder_id ?? ''): FolderRecord {
	return own(call, call.core.state.folders.get(id), `Folder #${id}`);
}

/** A run to stop, delete, share or review: a team-mate's is 404 (section 3). */
export function ownRun(call: Call, id = call.params.run_id ?? ''): RunRecord {
	const run = call.core.state.runs.get(id);
	return own(call, run?.deleted ? undefined : run, `Run #${id}`);
}

/** A run to read: team-mates' runs in the organization are readable. */
export function readableRun(call: Call): RunRecord {
	const id = call.params.run_id ?? '';
	const run = call.core.state.runs.get(id);
	const readable = run && !run.deleted && run.organizationId === call.principal.organization.id;
	if (!readable) throw notFound(`Run #${id}`);
	return run;
}
