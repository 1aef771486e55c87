import type { JsonObject } from '../util/json';

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/** n8n does not encode the two as a form, so what cannot be decoded is taken as it is. */
function decodeForm(text: string): string {
	try {
		return decodeURIComponent(text.replace(/\+/g, ' '));
	} catch {
		return text;
	}
}

/**
 * Reads client ID and secret from the header Authorization (RFC 6749 section 2.3.1), where n8n
 * 1.123 puts them when it exchanges a code.
 *
 * @returns both under their names in a form; undefined for another kind of header or none
 */
export function readBasicClient(authorization: unknown): JsonObject | undefined {
	const [, encoded] = BASIC.exec(String(authorization)) ?? [];
	if (encoded === undefined) return undefined;
	const pair = Buffer.from(encoded, 'base64').toString('utf8');
	const colon = pair.indexOf(':');
	if (colon < 0) return undefined;
	return {
		client_id: decodeForm(pair.slice(0, colon)),
		client_secret: decodeForm(pair.slice(colon + 1)),
	};
}
