import { findSchedule } from '../../../../client/schedules/schedules';
import { scheduleField } from '../../fields/schedule';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { scheduleOutput } from './output';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get schedule',
	description: 'Retrieve a schedule with its next run time',
	fields: [scheduleField],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const schedule = await findSchedule(item.client, item.requiredText('scheduleId', 'Schedule'));
		return scheduleOutput(item, schedule);
	},
};
