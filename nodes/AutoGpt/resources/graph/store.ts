import type { IDataObject } from 'n8n-workflow';

import { writeGraph } from '../../../../client/agents/graphWrites';
import {
	CreatedSubGraphs,
	inOrder,
	type SubGraph,
	type SubGraphIssue,
} from '../../../../client/agents/subGraphs';
import type { EndpointName } from '../../../../client/contract/endpoints';
import type { Graph } from '../../../../client/contract/types';
import { PlatformError } from '../../../../client/errors/platformError';
import { sentence } from '../../../../client/errors/refusal';
import { attemptOf } from '../../../../client/runs/keys';
import type { Item } from '../../framework/item';
import { CREATED_SUB_GRAPHS } from '../../output/graph';
import { originOf } from '../../start/startItems';
import type { PastedGraph } from './pastedGraph';

/** An inner graph that was created for one of the export. */
interface Created {
	id: string;
	version: number;
	name: string;
	exported_id: string;
	exported_version: number;
}

function refusedIssue(item: Item, { reason, called, caller }: SubGraphIssue): Error {
	const graph = `version ${called.version} of the graph '${called.id}'`;
	if (reason === 'missing') {
		return item.failure(
			`A block of the graph '${caller}' calls ${graph}, which is not under 'sub_graphs'`,
			"Export the agent again, or name a graph and version that stand under 'sub_graphs'.",
		);
	}
	return item.failure(
		`A block of the graph '${caller}' calls ${graph}, so that the graph '${caller}' calls itself`,
		'AutoGPT can create a graph only after those that it calls. Remove one of the agent blocks.',
	);
}

function listed(created: Created[]): string {
	return created
		.map(
			({ id, version, name, exported_id, exported_version }) =>
				`'${name}' (graph ID ${id}, version ${version}, in the export ${exported_id}, version ${exported_version})`,
		)
		.join('; ');
}

/** Says of a graph that was not stored which ones were, and how to go on. */
function withCreated(item: Item, created: Created[], error: unknown, name?: string): unknown {
	if (!(error instanceof PlatformError)) return error;
	const { message, status, code, outcome, failure } = error;
	const advice =
		created.length > 0
			? `Created before: ${listed(created)}. Retry On Fail goes on from there. Otherwise use these IDs and versions in the agent blocks, and take the graphs out of 'sub_graphs': they would be created again.`
			: '';
	return item.client.error({
		...{ status, code, outcome, failure },
		message:
			name !== undefined && outcome === 'refused'
				? `The graph '${name}' was not created: ${message}`
				: message,
		description: [sentence(error.description ?? ''), advice].filter(Boolean).join(' '),
	});
}

async function createSubGraphs(
	item: Item,
	ordered: SubGraph[],
	{ before, stepOf }: { before: EndpointName; stepOf: (name: string) => string },
): Promise<{ references: CreatedSubGraphs; created: Created[] }> {
	const references = new CreatedSubGraphs();
	const created: Created[] = [];
	for (const exported of ordered) {
		const { id, version } = exported;
		const body = references.rewired(exported.body);
		const step = stepOf(JSON.stringify([id, version]));
		const graph = await writeGraph(item.client, { step, body, before }).catch((error: unknown) => {
			throw withCreated(item, created, error, body.name);
		});
		references.add(exported, graph);
		created.push({
			...{ id: graph.id, version: graph.version, name: graph.name },
			...{ exported_id: id, exported_version: version },
		});
	}
	return { references, created };
}

/**
 * Stores a pasted graph, after the inner graphs that it brings along: each is created once, and
 * agent blocks call what was created (contract: behaviour.md section 14).
 *
 * @param graphId the graph that gets a new version; a new graph without it
 * @returns the graph, with the inner graphs that were created, if any
 */
export async function storeGraph(
	item: Item,
	{ body, subGraphs }: PastedGraph,
	graphId?: string,
): Promise<Graph & IDataObject> {
	const plan = inOrder(body, subGraphs);
	if ('issue' in plan) throw refusedIssue(item, plan.issue);
	const origin = originOf(item);
	const stepOf = (name: string) =>
		attemptOf(origin, `${item.client.connection.credentialKey} ${name}`);
	const { references, created } = await createSubGraphs(item, plan.ordered, {
		before: graphId === undefined ? 'createGraph' : 'updateGraph',
		stepOf,
	});
	const step = stepOf(`store ${graphId ?? ''}`);
	const write = { step, graphId, body: references.rewired(body) };
	const graph = await writeGraph(item.client, write).catch((error: unknown) => {
		throw created.length > 0 ? withCreated(item, created, error) : error;
	});
	return { ...graph, ...(created.length > 0 ? { [CREATED_SUB_GRAPHS]: created } : {}) };
}
