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

/** Makes sure that the JSON of a good response is what the contract promises. */
function requireWhole(shaper: Shaper, facts: CallFacts, answer: HttpResponse, json: unknown): void {
	const missing = whatIsMissing(facts.endpoint, json);
	if (missing) throw shaper.error(explainUnreadable(facts, answer, missing));
}

/**
 * Makes sure that a good response where none is wanted is one of AutoGPT: it says 204, or JSON where
 * it has anything to say. Login pages and errors come with status 200, too (contract: behaviour.md
 * section 2).
 *
 * @throws PlatformError for a page, an error, or nothing, with another status
 */
export function requireDone(shaper: Shaper, facts: CallFacts, answer: HttpResponse): void {
	if (answer.status === NO_CONTENT) return;
	const json = parseJson(answer.body || undefined);
	if (json === undefined) throw shaper.error(explainUnreadable(facts, answer));
	requireWhole(shaper, facts, answer, json);
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
	requireWhole(shaper, facts, answer, json);
	return withPresentNames(facts.endpoint, json);
}
