/** What Simplify keeps of a run after a stop. */
export const SIMPLE_RUN = [
	'id',
	'graph_id',
	'graph_version',
	'status',
	'started_at',
	'ended_at',
	'inputs',
	'cost_cents',
	'duration_seconds',
] as const;

/** The same in lists, with its agent. */
export const SIMPLE_LISTED_RUN = [...SIMPLE_RUN, 'agent_name', 'url'] as const;
