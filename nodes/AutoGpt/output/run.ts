import { responseFields } from '../../../client/contract/responseFields';

/** Whoever has the token of a shared run can read it: it is never returned. */
const isPublic = (name: string) => name !== 'share_token';

/** What there is to know of a run in lists. */
export const RUN_FIELDS: readonly string[] = responseFields.listRuns.filter(isPublic);

/** What there is to know of a run that was read itself. */
export const RUN_DETAILS_FIELDS: readonly string[] = responseFields.getRun.filter(isPublic);

/** The same with what the node adds to it. */
export const KNOWN_RUN_FIELDS: readonly string[] = [
	...RUN_DETAILS_FIELDS,
	'agent_id',
	'agent_name',
	'failed_blocks',
	'outcome',
	'output_values',
	'reviews',
	'url',
];

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
