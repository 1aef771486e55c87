import { simplified } from '../framework/simplify';
import type { Item } from '../framework/item';
import type { Output } from '../framework/operation';

/** Names the inner graphs in the output. */
export const CREATED_SUB_GRAPHS = 'created_sub_graphs';

/** What Simplify keeps of a graph without its nodes. */
export const SIMPLE_GRAPH_META = [
	'id',
	'version',
	'is_active',
	'name',
	'description',
	'created_at',
] as const;

/** What Simplify keeps of a graph. */
export const SIMPLE_GRAPH = [
	...SIMPLE_GRAPH_META,
	'input_schema',
	'output_schema',
	'credentials_input_schema',
] as const;

/** Returns a graph that was stored, in the form that the user wants. */
export function storedGraph(item: Item, graph: object): Output {
	const hasCreated = CREATED_SUB_GRAPHS in graph;
	return simplified(item, graph, [...SIMPLE_GRAPH, ...(hasCreated ? [CREATED_SUB_GRAPHS] : [])]);
}
