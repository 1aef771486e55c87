/** A JSON object whose members are not known. */
export type JsonObject = Record<string, unknown>;

/** Whether a value is a JSON object, neither a list nor null. */
export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads JSON text.
 *
 * @returns what is no text as it is; undefined when the text is not JSON
 */
export function parseJson(text: unknown): unknown {
	if (typeof text !== 'string') return text;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
