/** What Simplify keeps of an agent. */
export const SIMPLE_AGENT = [
	'id',
	'name',
	'description',
	'graph_id',
	'graph_version',
	'is_favorite',
	'creator_name',
	'folder_name',
	'input_schema',
	'updated_at',
] as const;
