import { UserError } from 'n8n-workflow';

import { trimmed } from '../util/trimmed';

/** Spaces, and characters without a width, that come along when a key is copied. */
const AROUND = /[\s\u200b-\u200d\u2060\ufeff]/;

/** A key or token without what was copied around it. */
export function withoutSurroundings(secret: string): string {
	return trimmed(secret, AROUND);
}

/**
 * An API key as it is sent, from what stands in the credential.
 *
 * @returns the key without what was copied around it; `` when there is none
 * @throws UserError when it holds a character that would not arrive
 */
export function readApiKey(value: unknown): string {
	const key = typeof value === 'string' ? withoutSurroundings(value) : '';
	if (/^[\x21-\x7e]*$/.test(key)) return key;
	throw new UserError(
		'The API Key holds a space or a letter that no key of AutoGPT has. Copy it once more, or make a new one.',
	);
}
