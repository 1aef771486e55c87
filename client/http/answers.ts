import { withPresentNames } from '../contract/earlierNames';
import type { HttpResponse } from '../contract/response';
import type { CallFacts } from '../errors/callFacts';
import { explainUnreadable } from '../errors/unreadable';
import type { PlatformError, PlatformFault } from '../errors/platformError';
import { parseJson } from '../util/json';
import { whatIsMissing } from './responses';

const NO_CONTENT = 204;

/** Shapes errors for the node that runs. */
interface Shaper {
	error: (fault: PlatformFault) => PlatformError;
}

/**
 * Makes sure that a good response without JSON is one of AutoGPT: it says 204, or JSON where it has
 * anything to say. A login page comes with status 200, too (contract: behaviour.md section 2).
 *
 * @throws PlatformError for a page, or nothing, with another status
 */
export function requireDone(shaper: Shaper, facts: CallFacts, answer: HttpResponse): void {
	if (answer.status === NO_CONTENT || parseJson(answer.body || undefined) !== undefined) return;
	throw shaper.error(explainUnreadable(facts, answer));
}

/**
 * Reads the JSON of a good response, and checks it for what the contract promises of identifiers,
 * states and lists.
 *
 * @throws PlatformError when it is not whole
 */
export function readJson(shaper: Shaper, facts: CallFacts, answer: HttpResponse): unknown {
	const json = parseJson(answer.body);
	if (json === undefined || json === '') throw shaper.error(explainUnreadable(facts, answer));
	const missing = whatIsMissing(facts.endpoint, json);
	if (missing) throw shaper.error(explainUnreadable(facts, answer, missing));
	return withPresentNames(facts.endpoint, json);
}
