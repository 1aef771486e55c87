import { withPresentNames } from '../contract/earlierNames';
import type { HttpResponse } from '../contract/response';
import type { CallFacts } from '../errors/callFacts';
import { explainUnreadable } from '../errors/unreadable';
import type { PlatformError, PlatformFault } from '../errors/platformError';
import { parseJson } from '../util/json';
import { whatIsMissing } from './responses';

/**
 * Reads the JSON of a good response, and checks it for what the contract promises of identifiers,
 * states and lists.
 *
 * @throws PlatformError when it is not whole
 */
export function readJson(
	shaper: { error: (fault: PlatformFault) => PlatformError },
	facts: CallFacts,
	answer: HttpResponse,
): unknown {
	const json = parseJson(answer.body);
	if (json === undefined || json === '') throw shaper.error(explainUnreadable(facts, answer));
	const missing = whatIsMissing(facts.endpoint, json);
	if (missing) throw shaper.error(explainUnreadable(facts, answer, missing));
	return withPresentNames(facts.endpoint, json);
}
