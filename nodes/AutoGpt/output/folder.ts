/** What Simplify keeps of a folder. */
export const SIMPLE_FOLDER = [
	'id',
	'name',
	'icon',
	'color',
	'parent_id',
	'agent_count',
	'subfolder_count',
	'updated_at',
] as const;
