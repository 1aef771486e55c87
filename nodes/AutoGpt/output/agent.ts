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

/** The same for lists: they leave `input_schema` empty, as if the agents took no inputs. */
export const SIMPLE_LISTED_AGENT = SIMPLE_AGENT.filter((name) => name !== 'input_schema');
