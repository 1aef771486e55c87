import { runUrl } from '../../../../client/agents/agents';
import { agentsOfGraphs } from '../../../../client/agents/agentsOfGraphs';
import type { ListOptions } from '../../../../client/http/pages';
import type { Run } from '../../../../client/contract/types';
import { listRuns } from '../../../../client/runs/listedRuns';
import { withoutShareToken } from '../../../../client/runs/results';
import { rounded } from '../../../shared/runOutput';
import { agentField } from '../../../shared/agentField';
import { filterGraph, graphField } from '../../fields/graph';
import { listingFields, wantedRows } from '../../fields/listing';
import { RUN_FIELDS, SIMPLE_LISTED_RUN } from '../../output/run';
import { simplified, simplifyField, wantedForm } from '../../framework/simplify';
import { choicesIn, defined, timeIn } from '../../fields/values';
import type { Item } from '../../framework/item';
import { READ_CONCURRENCY, type ItemOperation, type Output } from '../../framework/operation';

const STATUSES = [
	'COMPLETED',
	'FAILED',
	'INCOMPLETE',
	'QUEUED',
	'REVIEW',
	'RUNNING',
	'TERMINATED',
] as const;

async function queryOf(item: Item): Promise<NonNullable<ListOptions<'listRuns'>['query']>> {
	const filters = item.narrowing('filters');
	const isAgentGiven = Object.hasOwn(filters, 'agentId');
	const agentId = isAgentGiven ? item.requiredText('filters.agentId', 'Agent') : '';
	return defined({
		graph_id: await filterGraph(item, agentId),
		statuses: choicesIn(item, filters, 'statuses', 'Statuses', STATUSES),
		started_after: timeIn(item, filters, 'createdAfter', 'Created After'),
		started_before: timeIn(item, filters, 'createdBefore', 'Created Before'),
	});
}

/** Runs with their agents, which AutoGPT does not name with them. */
async function rowsOf(item: Item, runs: Run[]): Promise<Output[]> {
	const { client } = item;
	const agents = await agentsOfGraphs(
		client,
		runs.map(({ graph_id }) => graph_id),
	);
	const isRaw = wantedForm(item) === 'raw';
	return runs.map((run) => {
		const agent = agents.get(run.graph_id);
		const row = {
			...withoutShareToken(run),
			...(isRaw ? {} : { duration_seconds: rounded(run.duration_seconds) }),
			agent_id: agent?.id ?? null,
			agent_name: agent?.name ?? null,
			url: agent ? runUrl(client.connection, agent.id, run.id) : null,
		};
		return simplified(item, row, SIMPLE_LISTED_RUN);
	});
}

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many runs',
	description: 'Retrieve runs, newest first, without their outputs',
	fields: [
		...listingFields,
		simplifyField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{ ...agentField, required: false, description: 'Return runs of this agent only' },
				{
					displayName: 'Created After',
					name: 'createdAfter',
					type: 'dateTime',
					default: '',
					description:
						'Return runs created at this time or later. A run may start some time after.',
				},
				{
					displayName: 'Created Before',
					name: 'createdBefore',
					type: 'dateTime',
					default: '',
					description:
						'Return runs created at this time or earlier. A run may start some time after.',
				},
				{
					...graphField,
					required: false,
					description:
						'Return runs of this graph only, also where its agent is no longer in your library',
				},
				{
					displayName: 'Statuses',
					name: 'statuses',
					type: 'multiOptions',
					default: [],
					description: 'Return runs with one of these statuses only',
					options: [
						{ name: 'Completed', value: 'COMPLETED' },
						{ name: 'Failed', value: 'FAILED' },
						{ name: 'Incomplete', value: 'INCOMPLETE' },
						{ name: 'Queued', value: 'QUEUED' },
						{ name: 'Running', value: 'RUNNING' },
						{ name: 'Stopped', value: 'TERMINATED' },
						{ name: 'Waiting for Review', value: 'REVIEW' },
					],
				},
			],
		},
	],
	rawFields: [...RUN_FIELDS, 'agent_id', 'agent_name', 'url'],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const query = await queryOf(item);
		const runs = await listRuns(item.client, query, wantedRows(item));
		return await rowsOf(item, runs);
	},
};
