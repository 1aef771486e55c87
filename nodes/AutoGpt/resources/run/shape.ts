/** What Simplify keeps of a run in lists, and after a stop. */
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
