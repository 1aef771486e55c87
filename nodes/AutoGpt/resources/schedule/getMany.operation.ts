import { readList } from '../../../../client/http/pages';
import { agentField } from '../../../shared/agentField';
import { filterGraph, graphField } from '../../fields/graph';
import { listingFields, wantedRows } from '../../fields/listing';
import { defined } from '../../fields/values';
import type { Item } from '../../framework/item';
import { onlyInVersion1, since1_1 } from '../../framework/version';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { scheduleOutput } from './output';

/** The agent whose schedules are wanted; `` for all. */
function agentOf(item: Item): string {
	if (item.isVersion1) return item.text('agentId');
	const isGiven = Object.hasOwn(item.narrowing('filters'), 'agentId');
	return isGiven ? item.requiredText('filters.agentId', 'Agent') : '';
}

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many schedules',
	description: 'Retrieve schedules, of all agents unless filtered',
	fields: [
		onlyInVersion1({
			...agentField,
			required: false,
			description: 'Return the schedules of this agent only; leave empty for all',
		}),
		...listingFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				since1_1({
					...agentField,
					required: false,
					description: 'Return the schedules of this agent only',
				}),
				{
					...graphField,
					required: false,
					description:
						'Return the schedules of this graph only, also where its agent is no longer in your library',
				},
			],
		},
	],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const query = defined({ graph_id: await filterGraph(item, agentOf(item)) });
		const schedules = await readList(item.client, 'listSchedules', { query }, wantedRows(item));
		return schedules.map((schedule) => scheduleOutput(item, schedule));
	},
};
