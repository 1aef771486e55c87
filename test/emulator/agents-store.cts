import type { Core } from './core.cts';
import { ApiError } from './errors.cts';
import { buildVersion } from './graphs.cts';
import { newId } from './ids.cts';
import type { AgentRecord, GraphRecord, GraphVersion, Owned } from './state.cts';
import type { GraphCreate, Schemas } from './types.cts';

export interface NewGraph {
	manual?: boolean;
	trigger?: Schemas['TriggerSetupInfo'];
	forkedFrom?: GraphRecord['forkedFrom'];
	folderId?: string | null;
}

/** Puts a graph into somebody's library. */
export function addAgent(
	core: Core,
	owner: Owned,
	graph: GraphRecord,
	folderId: string | null = null,
): AgentRecord {
	const now = core.clock.now();
	const agent: AgentRecord = {
		...owner,
		id: newId(),
		graphId: graph.id,
		graphVersion: graph.activeVersion,
		followsActive: true,
		isFavorite: false,
		isArchived: false,
		folderId,
		createdAt: now,
		updatedAt: now,
	};
	core.state.agents.set(agent.id, agent);
	return agent;
}

/** Makes a graph and a library agent of it (section 14). */
export function createGraph(
	core: Core,
	owner: Owned,
	create: GraphCreate,
	extra: NewGraph = {},
): { graph: GraphRecord; agent: AgentRecord } {
	const version = buildVersion(create, 1, core.clock.now());
	const graph: GraphRecord = {
		...owner,
		id: newId(),
		versions: [version],
		activeVersion: 1,
		safeMode: true,
		forkedFrom: extra.forkedFrom ?? null,
		manual: extra.manual ?? false,
		trigger: extra.trigger ?? null,
	};
	core.state.graphs.set(graph.id, graph);
	return { graph, agent: addAgent(core, owner, graph, extra.folderId) };
}

export function versionOf(graph: GraphRecord, number = graph.activeVersion): GraphVersion {
	const version = graph.versions.find((one) => one.version === number);
	if (!version) throw new ApiError(404, `Graph #${graph.id} has no version ${number}`);
	return version;
}

/** A run moves the `updated_at` of the library agent that it is of (section 14). */
export function touchByRun(core: Core, run: Owned & { graphId: string; createdAt: Date }): void {
	if (!core.mode.runsMoveUpdatedAt) return;
	for (const agent of core.state.agents.values()) {
		const isOfRun = agent.graphId === run.graphId && agent.userId === run.userId;
		if (isOfRun && agent.updatedAt < run.createdAt) agent.updatedAt = run.createdAt;
	}
}

/** Makes a version the active one; library agents that follow go along. */
export function activate(core: Core, graph: GraphRecord, number: number): void {
	graph.activeVersion = number;
	for (const agent of core.state.agents.values()) {
		if (agent.graphId !== graph.id || !agent.followsActive) continue;
		agent.graphVersion = number;
		agent.updatedAt = core.clock.now();
	}
}
