import type { IDataObject } from 'n8n-workflow';

import { readList } from '../../../../platform/pages';
import { agentField } from '../../fields/agent';
import { listingFields, wantedRows } from '../../fields/listing';
import { READS_AT_ONCE, type ItemOperation } from '../../framework/operation';

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
	],
	atOnce: READS_AT_ONCE,
	perItem: async (item) => {
		const { client } = item;
		const agent_id = item.text('agentId');
		const agent = agent_id
			? await client.call('getLibraryAgent', { path: { agent_id } })
			: undefined;
		const query = agent ? { graph_id: agent.graph_id } : {};
		const schedules = await readList(client, 'listSchedules', { query }, wantedRows(item));
		return schedules.map((schedule) => ({ json: schedule as IDataObject }));
	},
};
