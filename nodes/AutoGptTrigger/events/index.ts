import { agentChanged } from './agentChanged';
import { creditLow } from './creditLow';
import { fileAdded } from './fileAdded';
import { reviewRequested } from './reviewRequested';
import { runFinished } from './runFinished';
import { runStarted } from './runStarted';

/**
 * All kinds of events, in the order in which a poll reads them: reviews before runs, so that
 * the start of the run that asks is never missed.
 */
export const EVENTS = [
	reviewRequested,
	runFinished,
	runStarted,
	fileAdded,
	agentChanged,
	creditLow,
] as const;

export type EventValue = (typeof EVENTS)[number]['value'];
