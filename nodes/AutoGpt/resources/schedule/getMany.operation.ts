import type { IDataObject } from 'n8n-workflow';

import { readList } from '../../../../client/http/pages';
import { agentField } from '../../../shared/agentField';
import { filterGraph, graphField } from '../../fields/graph';
import { listingFields, wantedRows } from '../../fields/listing';
import { defined } from '../../fields/values';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many schedules',
	description: 'Retrieve the schedules of one agent or of all',
	fields: [
		{
			...agentField,
			required: false,
			description: 'Return the schedules of this agent only; leave empty for all',
		},
		...listingFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
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
		const query = defined({ graph_id: await filterGraph(item, item.text('agentId')) });
		const schedules = await readList(item.client, 'listSchedules', { query }, wantedRows(item));
		return schedules.map((schedule) => ({ json: schedule as IDataObject }));
	},
};
