import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

/** Something that happened, as one item for the workflow. */
export interface TriggerEvent {
	json: IDataObject;
	binary?: IBinaryKeyData;
}

/**
 * Makes an event.
 *
 * @param name kind of event, for example `run.finished`
 * @param key what makes the event this one: the same for ever, so that workflows can tell repeats
 */
export function eventOf(name: string, key: string[], body: IDataObject): TriggerEvent {
	return { json: { event: name, event_id: [name, ...key].join(':'), ...body } };
}
