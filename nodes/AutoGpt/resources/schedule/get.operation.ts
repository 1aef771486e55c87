import type { IDataObject } from 'n8n-workflow';

import { findSchedule } from '../../../../client/schedules/schedules';
import { scheduleField } from '../../fields/schedule';
import { READS_AT_ONCE, type ItemOperation } from '../../framework/operation';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get schedule',
	description: 'Retrieve a schedule with its next run time',
	fields: [scheduleField],
	atOnce: READS_AT_ONCE,
	perItem: async (item) => {
		const schedule = await findSchedule(item.client, item.requiredText('scheduleId', 'Schedule'));
		return { json: schedule as IDataObject };
	},
};
