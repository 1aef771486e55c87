import { scheduleField } from '../../fields/schedule';
import type { ItemOperation } from '../../framework/operation';

export const deleteSchedule: ItemOperation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete schedule',
	description: 'Delete a schedule; runs that it has started go on',
	notice: 'A deleted schedule cannot be brought back',
	fields: [scheduleField],
	perItem: async (item) => {
		const schedule_id = item.requiredText('scheduleId', 'Schedule');
		await item.client.call('deleteSchedule', { path: { schedule_id } });
		return { json: { deleted: true, id: schedule_id } };
	},
};
