import type { V1Answer } from '../contract/calls';
import type { Graph } from '../contract/types';
import { UNTOLD, type Adapter } from './server';

type V1Graph = V1Answer<'createGraph'>;

function nodesOf({ nodes = [] }: V1Graph): Graph['nodes'] {
	return nodes.map(({ id = '', block_id, input_default, metadata }) => ({
		id,
		block_id,
		input_default: input_default ?? {},
		metadata: metadata ?? {},
	}));
}

function linksOf({ links = [] }: V1Graph): Graph['links'] {
	return links.map((link) => ({ ...link, id: link.id ?? '', is_static: link.is_static ?? false }));
}

/** Creates a graph, and its agent in the library (contract: v1.md section 8). */
export const createGraph: Adapter<'createGraph'> = async (server, { body }) => {
	const graph = await server.call('createGraph', {
		body: { ...body, description: body.description ?? '' },
	});
	return {
		id: graph.id ?? UNTOLD,
		version: graph.version ?? UNTOLD,
		is_active: graph.is_active ?? true,
		name: graph.name,
		description: graph.description,
		instructions: graph.instructions ?? null,
		recommended_schedule_cron: graph.recommended_schedule_cron ?? null,
		created_at: graph.created_at,
		forked_from_id: graph.forked_from_id ?? null,
		forked_from_version: graph.forked_from_version ?? null,
		organization_id: graph.organization_id ?? null,
		team_id: graph.team_id ?? null,
		nodes: nodesOf(graph),
		links: linksOf(graph),
		input_schema: graph.input_schema,
		output_schema: graph.output_schema,
		credentials_input_schema: graph.credentials_input_schema,
	};
};
