import type { SubGraph } from '../../../../client/agents/subGraphs';
import type { GraphCreate } from '../../../../client/contract/types';
import { isObject, type JsonObject } from '../../../../client/util/json';
import type { Item } from '../../framework/item';

/** A graph as it was pasted: what is to be stored, and the inner graphs that it brings along. */
export interface PastedGraph {
	body: GraphCreate;
	/** All of them, also those that stand in others; in no order. */
	subGraphs: SubGraph[];
}

/** What stands in the place of what the pasted graph says. */
interface Overrides {
	name?: string;
	description?: string;
}

type Node = GraphCreate['nodes'][number];
type Link = GraphCreate['links'][number];

const SHAPE =
	"Enter an object with a name, and with the lists 'nodes' and 'links' of objects, as AutoGPT exports an agent.";
const PARTS =
	'Nodes need an id and a block_id; links need a source_id, source_name, sink_id and sink_name.';

/** Reads one graph; says of what is amiss in which graph it is. */
class GraphReader {
	constructor(
		private readonly item: Item,
		/** The graph as messages name it. */
		private readonly graph: string,
	) {}

	read(row: JsonObject, { name, description }: Overrides = {}): GraphCreate {
		const nodes = this.objects(row, 'nodes').map((one, index) => this.node(one, index + 1));
		const links = this.objects(row, 'links').map((one, index) => this.link(one, index + 1));
		this.checkIds(nodes, links);
		return {
			name: name ?? this.text(row, 'name', 'the top level'),
			description: description ?? (typeof row.description === 'string' ? row.description : ''),
			nodes,
			links,
			is_active: true,
		};
	}

	/** An ID or a name; IDs of nodes are numbers in graphs that were written by hand. */
	text(row: JsonObject, name: string, place: string): string {
		const value = row[name];
		if (typeof value === 'number') return String(value);
		if (typeof value === 'string' && value !== '') return value;
		throw this.item.failure(`'${name}' is missing in ${place} of ${this.graph}`, PARTS);
	}

	private objects(row: JsonObject, name: 'nodes' | 'links'): JsonObject[] {
		const value = row[name];
		if (Array.isArray(value) && value.every(isObject)) return value;
		const what = this.graph.replace(/^t/, 'T');
		throw this.item.failure(`${what} has no list of ${name}`, SHAPE);
	}

	private node(row: JsonObject, number: number): Node {
		const place = `node ${number}`;
		return {
			id: this.text(row, 'id', place),
			block_id: this.text(row, 'block_id', place),
			input_default: isObject(row.input_default) ? row.input_default : {},
			metadata: isObject(row.metadata) ? row.metadata : {},
		};
	}

	private link(row: JsonObject, number: number): Link {
		const place = `link ${number}`;
		return {
			// AutoGPT replaces it.
			id: row.id === undefined || row.id === null ? place : this.text(row, 'id', place),
			source_id: this.text(row, 'source_id', place),
			source_name: this.text(row, 'source_name', place),
			sink_id: this.text(row, 'sink_id', place),
			sink_name: this.text(row, 'sink_name', place),
			is_static: row.is_static === true,
		};
	}

	/** AutoGPT would refuse these with IDs of its own, which say nothing to the user. */
	private checkIds(nodes: Node[], links: Link[]): void {
		const ids = new Set(nodes.map(({ id }) => id));
		const twice = nodes.find(({ id }, index) => nodes.findIndex((one) => one.id === id) !== index);
		if (twice) {
			throw this.item.failure(
				`Two nodes of ${this.graph} have the ID '${twice.id}'`,
				'Give each node an ID of its own, and check which of them the links mean.',
			);
		}
		for (const [index, { source_id, sink_id }] of links.entries()) {
			const end = !ids.has(source_id) ? source_id : !ids.has(sink_id) ? sink_id : undefined;
			if (end === undefined) continue;
			throw this.item.failure(
				`Link ${index + 1} of ${this.graph} leads ${end === source_id ? 'from' : 'to'} the node '${end}', which is not there`,
				'Remove the link, or name a node of the same graph in it.',
			);
		}
	}
}

function readSubGraphs(item: Item, rows: unknown): SubGraph[] {
	if (rows === undefined || rows === null) return [];
	if (!Array.isArray(rows) || !rows.every(isObject)) {
		throw item.failure(
			"'sub_graphs' is not a list of graphs",
			'Leave it out, or enter the graphs that agent blocks call, as AutoGPT exports an agent.',
		);
	}
	return rows.flatMap((row, index) => {
		const name = typeof row.name === 'string' && row.name !== '' ? row.name : `${index + 1}`;
		const reader = new GraphReader(item, `the graph '${name}' in 'sub_graphs'`);
		const id = reader.text(row, 'id', 'the top level');
		const version = Number(row.version ?? 1);
		return [{ id, version, body: reader.read(row) }, ...readSubGraphs(item, row.sub_graphs)];
	});
}

/** The graph itself, where an answer of an API wraps it. */
function unwrapped(json: JsonObject): JsonObject {
	return isObject(json.graph) && json.nodes === undefined ? json.graph : json;
}

/** Reads a pasted graph with all that it brings along, with nothing that the API does not know. */
export function readPastedGraph(item: Item, json: JsonObject, overrides: Overrides): PastedGraph {
	const graph = unwrapped(json);
	return {
		body: new GraphReader(item, 'the graph').read(graph, overrides),
		subGraphs: readSubGraphs(item, graph.sub_graphs),
	};
}
