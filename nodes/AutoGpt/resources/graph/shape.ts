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
