import type { EventKind } from './event';
import { EVENTS } from './events';

/** All kinds of events in the order of the dropdown. */
export const EVENTS_BY_NAME: readonly EventKind[] = [...EVENTS].sort((a, b) =>
	a.option.name.localeCompare(b.option.name, 'en'),
);
