import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { timezones } from '../../../client/schedules/timezones';
import { cronWords } from '../../../client/schedules/words';
import { listSearch } from '../../shared/rows';

/** Fills the list of schedules. */
export const searchSchedules = listSearch('listSchedules', ({ id, name, cron, timezone }) => ({
	name: `${name} (${cronWords(cron)}, ${timezone})`,
	value: id,
}));

/** Fills the list of timezones, without asking AutoGPT. */
export async function searchTimezones(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const wanted = filter.toLowerCase().replace(/ /g, '_');
	return {
		results: timezones()
			.filter((zone) => zone.toLowerCase().includes(wanted))
			.map((zone) => ({ name: zone, value: zone })),
	};
}
