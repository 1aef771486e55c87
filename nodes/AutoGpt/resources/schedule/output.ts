import type { IDataObject } from 'n8n-workflow';

import type { Schedule } from '../../../../client/contract/types';
import { wordsForSchedule } from '../../../../client/schedules/words';
import type { Item } from '../../framework/item';
import type { Output } from '../../framework/operation';

/** A schedule as it is returned: with `when`, which says for people when it runs. */
export function scheduleOutput(
	{ client }: Item,
	schedule: Schedule,
	more: IDataObject = {},
): Output {
	const when = wordsForSchedule(schedule, client.serverNow());
	return { json: { ...schedule, ...more, when } as IDataObject };
}
