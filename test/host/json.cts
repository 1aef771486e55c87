/** What came out of `JSON.parse` and is an object. */
export type JsonObject = Record<string, unknown>;

/** Whether the value is an object that is neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value, which must be an object; `what` names it in the error. */
export function asObject(value: unknown, what: string): JsonObject {
	if (isObject(value)) return value;
	throw new TypeError(`${what}: expected an object, got ${shown(value)}`);
}

/** The value, which must be a list. */
export function asArray(value: unknown, what: string): unknown[] {
	if (Array.isArray(value)) return value;
	throw new TypeError(`${what}: expected a list, got ${shown(value)}`);
}

/** The value, which must be a string. */
export function asText(value: unknown, what: string): string {
	if (typeof value === 'string') return value;
	throw new TypeError(`${what}: expected a text, got ${shown(value)}`);
}

function shown(value: unknown): string {
	return (JSON.stringify(value) ?? 'undefined').slice(0, 200);
}
