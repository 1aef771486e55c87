import type { IBinaryKeyData, IDataObject, INodeProperties } from 'n8n-workflow';

import type { Poll } from './poll';
import type { Round } from './round';

/** Something that happened, as one item for the workflow. */
export interface TriggerEvent {
	json: IDataObject;
	binary?: IBinaryKeyData;
}

/** In which order the events of one poll come: what follows from something else comes after it. */
export const PLACES = ['started', 'asked', 'finished', 'others'] as const;

/** One kind of event: all there is to it. `events/index.ts` lists them. */
export interface EventKind<V extends string = string> {
	/** As workflows store it: never changes. */
	value: V;
	/** As the user sees it in the field Events. */
	option: { name: string; description: string };
	/** Completes the sentence "To get one to build with, …". */
	howToGetOne: string;
	/** Where its events come among those of one poll. */
	place: (typeof PLACES)[number];
	/** Whether its events belong to runs, so that the fields Agents and Options apply. */
	isOfRuns: boolean;
	/** Fields that only this event needs; shown while it is chosen. */
	fields?: INodeProperties[];
	/** The events since the last poll, oldest first. */
	poll: (round: Round) => Promise<TriggerEvent[]>;
	/** A recent event for building a workflow; undefined when there is none. */
	sample: (poll: Poll) => Promise<TriggerEvent | undefined>;
}

/** Declares a kind of event, and keeps its value as a type. */
export function eventKind<const V extends string>(kind: EventKind<V>): EventKind<V> {
	return kind;
}

/**
 * Makes an event.
 *
 * @param name kind of event, for example `run.finished`
 * @param key what makes the event this one: the same for ever, so that workflows recognise repeats
 */
export function eventOf(name: string, key: string[], body: IDataObject): TriggerEvent {
	return { json: { event: name, event_id: [name, ...key].join(':'), ...body } };
}
