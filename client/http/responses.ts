import type { Endpoint } from '../contract/endpoints';
import { isObject } from '../util/json';

function lacks(row: unknown, keys: readonly string[]): string | undefined {
	if (!isObject(row)) return 'a JSON object';
	return keys.find((key) => typeof row[key] !== 'string');
}

/** The first of these properties, where there is none of them. */
function lacksAll(row: unknown, names: readonly string[]): string | undefined {
	return isObject(row) && names.some((name) => row[name] !== undefined) ? undefined : names[0];
}

/** Whether this is an error, as AutoGPT and others write them, in place of nothing. */
function isError(body: unknown): boolean {
	return isObject(body) && ('error' in body || 'detail' in body);
}

/**
 * What is missing from a good answer by the contract, in words; undefined when it is whole.
 *
 * @param body parsed JSON
 */
export function whatIsMissing(endpoint: Endpoint, body: unknown): string | undefined {
	if (endpoint.answer === 'binary') return undefined;
	if (endpoint.answer === 'none') return isError(body) ? 'a word that it was done' : undefined;
	if (endpoint.answer === 'object') {
		return lacks(body, endpoint.keys) ?? lacksAll(body, endpoint.facts ?? []);
	}
	const rows: unknown = endpoint.answer === 'list' ? body : isObject(body) ? body.items : undefined;
	if (!Array.isArray(rows)) return endpoint.answer === 'list' ? 'a list' : "the list 'items'";
	for (const row of rows) {
		const missing = lacks(row, endpoint.keys);
		if (missing) return missing;
	}
	return undefined;
}
