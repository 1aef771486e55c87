import { N8N_VERSIONS } from '../host/paths.cts';

/** How run.cts tells jest which versions of n8n to take. */
export const CHOSEN = 'AUTOGPT_N8N_VERSIONS';

/** The versions of n8n to test in: all, unless some are named. */
export function chosenVersions(): readonly string[] {
	const named = process.env[CHOSEN]?.split(' ').filter(Boolean) ?? [];
	return named.length > 0 ? named : N8N_VERSIONS;
}
