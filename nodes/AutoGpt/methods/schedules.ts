import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { timezones } from '../../../client/schedules/timezones';
import { clientFor, searchRows } from '../../shared/rows';

/** Fills the list of schedules. */
export async function searchSchedules(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	return await searchRows(
		client,
		'listSchedules',
		{},
		({ id, name, cron, timezone }) => ({ name: `${name} (${cron}, ${timezone})`, value: id }),
		filter,
		paginationToken,
	);
}

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
