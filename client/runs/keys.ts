import { createHash } from 'crypto';

import { canonicalJson } from '../util/canonicalJson';

/**
 * The idempotency key of a run start: the same for the same item of the same node in one pass of
 * one execution, and different for another one, another agent or another body
 * (contract: behaviour.md section 8, rules 1 and 2).
 *
 * @param origin where in n8n the start comes from: instance, workflow, execution, node, pass, item
 * @param identity what is started, as the user named it
 */
export function startKey(
	origin: ReadonlyArray<string | number>,
	identity: string,
	body: unknown,
): string {
	return `n8n-${digest([...origin, identity, body])}`;
}

/** What HTTP carries unchanged, and AutoGPT takes (contract: behaviour.md section 8). */
const SENT_AS_IT_IS = /^[\x20-\x7e]{1,255}$/;

/**
 * The form in which a user's own key is sent, and in which keys are compared: n8n's HTTP client
 * takes characters out of headers without a word, so that two keys could arrive as one, or none.
 * A key that arrives as it is stays as it is.
 *
 * @param ownKey without surrounding space
 */
export function sentKey(ownKey: string): string {
	return SENT_AS_IT_IS.test(ownKey) ? ownKey : `n8n-own-${digest(ownKey)}`;
}

/**
 * What is the same whenever n8n repeats a start within one execution, whatever its inputs are then:
 * an expression such as `{{ $now }}` gives another value each time.
 *
 * @param origin as for `startKey`
 * @param identity as for `startKey`
 */
export function attemptOf(origin: ReadonlyArray<string | number>, identity: string): string {
	return digest([...origin, identity]);
}

/** A digest of what is started: the same for starts that cannot be told apart in the run list. */
export function contentOf(agentId: string, body: unknown): string {
	return digest([agentId, body]);
}

function digest(value: unknown): string {
	return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
