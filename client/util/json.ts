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

/** Deeper than any agent or graph; code that follows values down would run out of its stack. */
export const DEEPEST_JSON = 200;

/** Whether a value has lists and objects within each other deeper than we and AutoGPT can follow. */
export function isTooDeep(value: unknown): boolean {
	let level = [value];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > DEEPEST_JSON) return true;
		level = level.flatMap((each) =>
			typeof each === 'object' && each !== null ? Object.values(each as object) : [],
		);
	}
	return false;
}
