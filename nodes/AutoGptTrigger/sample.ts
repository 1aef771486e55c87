import { NodeOperationError } from 'n8n-workflow';

import type { TriggerEvent } from './event';
import { EVENTS_BY_NAME } from './eventsByName';
import type { Poll } from './poll';

/**
 * One recent event of each chosen kind, for building a workflow; nothing is remembered.
 *
 * @throws NodeOperationError that says how to get one when there is none
 */
export async function sampleEvents(poll: Poll): Promise<TriggerEvent[]> {
	const chosen = EVENTS_BY_NAME.filter(({ value }) => poll.settings.events.has(value));
	const events: TriggerEvent[] = [];
	for (const { sample } of chosen) {
		const event = await sample(poll);
		if (event) events.push(event);
	}
	if (events.length > 0) return events;
	const ways = chosen.map(({ howToGetOne }) => howToGetOne);
	throw new NodeOperationError(poll.functions.getNode(), 'There is no such event yet', {
		description: `To get one to build with, ${ways.join(', or ')}. The published workflow starts for new events without this.`,
	});
}
