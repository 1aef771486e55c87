import { createHash } from 'crypto';

import { isObject } from '../util/json';

/** What is known of a stored access token, without the token itself. */
export interface StoredToken {
	/** Identifies a token without showing any of its text. */
	fingerprint: string;
	/** Our own clock's time, in milliseconds; Infinity when it is not known. */
	expiresAt: number;
	/** From then on it is renewed before it is used. */
	renewAt: number;
}

const LONGEST_LEAD_MS = 60_000;
/** Share of a token's life that is kept back, so that short-lived ones are used at all. */
const LEAD_SHARE = 0.1;

function expiryOf(data: Record<string, unknown>): number {
	const kept = Number(data.n8n_expires_at ?? NaN);
	if (Number.isFinite(kept)) return kept;
	const given = Date.parse(String(data.access_token_expires_at ?? ''));
	return Number.isFinite(given) ? given : Infinity;
}

/**
 * Reads what n8n keeps after connecting (`oauthTokenData`).
 *
 * @returns undefined when no account is connected
 */
export function readToken(data: unknown): StoredToken | undefined {
	if (!isObject(data) || typeof data.access_token !== 'string' || data.access_token === '') {
		return undefined;
	}
	const expiresAt = expiryOf(data);
	const lifeMs = Number(data.expires_in ?? NaN) * 1000;
	const lead = Number.isFinite(lifeMs)
		? Math.min(LONGEST_LEAD_MS, lifeMs * LEAD_SHARE)
		: LONGEST_LEAD_MS;
	return {
		fingerprint: createHash('sha256').update(data.access_token).digest('base64url').slice(0, 16),
		expiresAt,
		renewAt: expiresAt - lead,
	};
}
