import { activate, createGraph, versionOf } from '../agents-store.cts';
import { blocks } from '../blocks/index.cts';
import { noContent, ok, type Call, type Handlers } from '../core.cts';
import { notFound } from '../errors.cts';
import { buildVersion } from '../graphs.cts';
import { listReply } from '../lists.cts';
import { isOwn, ownerOf, ownGraph, readableGraph } from '../ownership.cts';
import type { GraphVersion } from '../state.cts';
import type { Schemas } from '../types.cts';
import { agentView, graphMetaView, graphView } from '../views.cts';

function blocksOf(version: GraphVersion): Schemas['Block'][] {
	const ids = new Set(version.nodes.map((node) => node.block_id));
	return [...ids].flatMap((id) => blocks.get(id)?.block ?? []);
}

function ownGraphs({ core, principal }: Call) {
	return [...core.state.graphs.values()].filter((graph) => isOwn(principal, graph)).reverse();
}

export const graphs: Handlers = {
	listGraphs: (call) =>
		listReply(call, 'graphs', ownGraphs(call), (graph) => graphMetaView(graph, versionOf(graph))),

	createGraph: (call) => {
		const create = call.body as Schemas['GraphCreate'];
		const { graph } = createGraph(call.core, ownerOf(call.principal), create);
		return ok(graphView(graph, versionOf(graph)), 201);
	},

	getGraph: (call) => {
		const graph = readableGraph(call);
		return ok(graphView(graph, versionOf(graph, call.query.version as number | undefined)));
	},

	updateGraph: (call) => {
		const graph = ownGraph(call);
		const create = call.body as Schemas['GraphCreate'];
		const number = Math.max(...graph.versions.map((one) => one.version)) + 1;
		const version = buildVersion(create, number, call.core.clock.now());
		graph.versions.push(version);
		if (create.is_active) activate(call.core, graph, number);
		return ok(graphView(graph, version));
	},

	listGraphVersions: (call) => {
		const graph = readableGraph(call);
		const newestFirst = [...graph.versions].reverse();
		return listReply(call, 'versions', newestFirst, (version) => graphView(graph, version));
	},

	setActiveGraphVersion: (call) => {
		const graph = ownGraph(call);
		const { active_graph_version } = call.body as Schemas['GraphActiveVersion'];
		activate(call.core, graph, versionOf(graph, active_graph_version).version);
		return noContent;
	},

	updateGraphSettings: (call) => {
		const graph = ownGraph(call);
		const { human_in_the_loop_safe_mode: safeMode } = call.body as Schemas['GraphSettings'];
		if (safeMode !== undefined && safeMode !== null) graph.safeMode = safeMode;
		return ok({ human_in_the_loop_safe_mode: graph.safeMode });
	},

	getGraphLibraryAgent: (call) => {
		const { core, params, principal } = call;
		const agent = [...core.state.agents.values()].find(
			(one) => one.graphId === params.graph_id && isOwn(principal, one),
		);
		if (!agent) throw notFound(`Library agent of graph #${params.graph_id}`);
		return ok(agentView(core, agent, true));
	},

	listGraphBlocks: (call) =>
		listReply(call, 'graph blocks', blocksOf(versionOf(readableGraph(call))), (block) => block),

	listBlocks: (call) => listReply(call, 'blocks', [...blocks.values()], (spec) => spec.block),
};
