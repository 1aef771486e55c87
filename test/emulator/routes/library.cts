import { createGraph, versionOf } from '../agents-store.cts';
import { noContent, ok, type Call, type Handlers } from '../core.cts';
import { notFound, requireFields } from '../errors.cts';
import { listReply } from '../lists.cts';
import { isOwn, ownAgent, ownerOf, ownFolder } from '../ownership.cts';
import type { AgentRecord } from '../state.cts';
import type { Schemas } from '../types.cts';
import { agentView } from '../views.cts';

/** Oldest created first, in an older reading last updated first; archived ones are left out. */
function selectAgents({ core, principal, query }: Call): AgentRecord[] {
	const published = new Set(
		[...core.state.submissions.values()]
			.filter(({ submission }) => submission.submission_status === 'APPROVED')
			.map(({ submission }) => submission.graph_id),
	);
	const agents = [...core.state.agents.values()].filter(
		(agent) =>
			isOwn(principal, agent) &&
			!agent.isArchived &&
			(query.favorite !== true || agent.isFavorite) &&
			(query.published !== true || published.has(agent.graphId)),
	);
	if (core.mode.agentOrder === 'oldestCreated') {
		return agents.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
	}
	return agents.reverse().sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
}

export const library: Handlers = {
	listLibraryAgents: (call) =>
		listReply(call, 'library agents', selectAgents(call), (agent) =>
			agentView(call.core, agent, false),
		),

	getLibraryAgent: (call) => ok(agentView(call.core, ownAgent(call), true)),

	updateLibraryAgent: (call) => {
		const agent = ownAgent(call);
		const body = call.body as Schemas['LibraryAgentUpdate'];
		const graph = call.core.state.graphs.get(agent.graphId);
		if (!graph) throw notFound(`Graph #${agent.graphId}`);
		requireFields(body);
		// Null never moves an agent, and an empty folder id only on older servers.
		const toRoot = body.folder_id === '' && call.core.mode.emptyFolderId === 'root';
		if (typeof body.folder_id === 'string' && !toRoot) ownFolder(call, body.folder_id);
		if (typeof body.graph_version === 'number') {
			agent.graphVersion = versionOf(graph, body.graph_version).version;
			agent.followsActive = false;
		}
		if (typeof body.auto_update_version === 'boolean') {
			agent.followsActive = body.auto_update_version;
			if (agent.followsActive) agent.graphVersion = graph.activeVersion;
		}
		if (typeof body.is_favorite === 'boolean') agent.isFavorite = body.is_favorite;
		if (typeof body.is_archived === 'boolean') agent.isArchived = body.is_archived;
		if (typeof body.folder_id === 'string') agent.folderId = body.folder_id || null;
		agent.updatedAt = call.core.clock.now();
		return ok(agentView(call.core, agent, true));
	},

	deleteLibraryAgent: (call) => {
		const agent = ownAgent(call);
		const { agents, schedules } = call.core.state;
		agents.delete(agent.id);
		for (const schedule of [...schedules.values()]) {
			if (schedule.graphId !== agent.graphId || schedule.userId !== agent.userId) continue;
			schedule.cancel();
			schedules.delete(schedule.id);
		}
		return noContent;
	},

	forkLibraryAgent: (call) => {
		const { core, principal } = call;
		const agent = ownAgent(call);
		const graph = core.state.graphs.get(agent.graphId);
		if (!graph) throw notFound(`Graph #${agent.graphId}`);
		const { name, description, nodes, links } = versionOf(graph, agent.graphVersion);
		const copy = createGraph(
			core,
			ownerOf(principal),
			{ name, description, nodes, links, is_active: true },
			{
				manual: graph.manual,
				forkedFrom: { id: graph.id, version: agent.graphVersion },
				folderId: agent.folderId,
			},
		);
		return ok(agentView(core, copy.agent, true), 201);
	},
};
