import { createHash } from 'crypto';

import { isObject } from './answers';

/** JSON text that does not depend on the order of object keys. */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	if (!isObject(value)) return JSON.stringify(value ?? null);
	const entries = Object.keys(value)
		.filter((key) => value[key] !== undefined)
		.sort()
		.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
	return `{${entries.join(',')}}`;
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function sameJson(a: unknown, b: unknown): boolean {
	return canonicalJson(a) === canonicalJson(b);
}

/**
 * The idempotency key of a run start: the same for the same item of the same node in one pass of
 * one execution, and different for another one, another agent or another body
 * (contract: behaviour.md section 8, rules 1 and 2).
 *
 * @param origin where in n8n the start comes from: instance, workflow, execution, node, pass, item
 */
export function startKey(
	origin: ReadonlyArray<string | number>,
	agentId: string,
	body: unknown,
): string {
	const text = canonicalJson([...origin, agentId, body]);
	return `n8n-${createHash('sha256').update(text).digest('hex')}`;
}
