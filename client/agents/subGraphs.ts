import { isObject } from '../util/json';
import type { GraphCreate } from '../contract/types';
import type { GraphVersionId } from '../process/graphLedger';

/** A graph that an export brings along, since an agent block of the export calls it. */
export interface SubGraph extends GraphVersionId {
	body: GraphCreate;
}

/** Why the graphs of an export cannot be created. */
export interface SubGraphIssue {
	reason: 'missing' | 'circular';
	/** The graph that the block calls. */
	called: GraphVersionId;
	/** Name of the graph that the block is in. */
	caller: string;
}

type Node = GraphCreate['nodes'][number];

function keyOf({ id, version }: GraphVersionId): string {
	return JSON.stringify([id, version]);
}

/** The graph that a block calls; undefined for a block that calls none of the export. */
function calledBy({ input_default }: Node, ids: ReadonlySet<string>): GraphVersionId | undefined {
	if (!isObject(input_default)) return undefined;
	const { graph_id: id, graph_version: version } = input_default;
	if (typeof id !== 'string' || !ids.has(id)) return undefined;
	return { id, version: Number(version) };
}

/**
 * Brings the inner graphs of an export into the order in which they can be created: each once, and
 * after those that it calls (contract: behaviour.md section 14).
 *
 * @returns the issue when a graph is missing, or calls itself through others
 */
export function inOrder(
	outer: GraphCreate,
	subGraphs: readonly SubGraph[],
): { ordered: SubGraph[] } | { issue: SubGraphIssue } {
	const byKey = new Map<string, SubGraph>();
	for (const one of subGraphs) {
		if (!byKey.has(keyOf(one))) byKey.set(keyOf(one), one);
	}
	const ids = new Set(subGraphs.map(({ id }) => id));
	const ordered = new Set<SubGraph>();
	const open = new Set<SubGraph>();
	const visitCalled = (body: GraphCreate): SubGraphIssue | undefined => {
		for (const node of body.nodes) {
			const called = calledBy(node, ids);
			if (!called) continue;
			const one = byKey.get(keyOf(called));
			if (!one) return { reason: 'missing', called, caller: body.name };
			if (open.has(one)) return { reason: 'circular', called, caller: body.name };
			const issue = visit(one);
			if (issue) return issue;
		}
		return undefined;
	};
	const visit = (one: SubGraph): SubGraphIssue | undefined => {
		if (ordered.has(one)) return undefined;
		open.add(one);
		const issue = visitCalled(one.body);
		open.delete(one);
		ordered.add(one);
		return issue;
	};
	let issue = visitCalled(outer);
	for (const one of byKey.values()) issue ??= visit(one);
	return issue ? { issue } : { ordered: [...ordered] };
}

/** The graphs that were created for those of an export. */
export class CreatedSubGraphs {
	private readonly created = new Map<string, GraphVersionId>();

	add(exported: GraphVersionId, { id, version }: GraphVersionId): void {
		this.created.set(keyOf(exported), { id, version });
	}

	/** A graph whose agent blocks call what was created. */
	rewired(body: GraphCreate): GraphCreate {
		const ids = new Set([...this.created.keys()].map((key) => (JSON.parse(key) as [string])[0]));
		const nodes = body.nodes.map((node) => {
			const called = calledBy(node, ids);
			const created = called && this.created.get(keyOf(called));
			if (!created) return node;
			const { id: graph_id, version: graph_version } = created;
			return { ...node, input_default: { ...node.input_default, graph_id, graph_version } };
		});
		return { ...body, nodes };
	}
}
