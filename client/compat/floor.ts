import { UserError } from 'n8n-workflow';

/** The oldest n8n that the pack is tested in; its package.json and README say the same. */
export const OLDEST_N8N = '1.123';

/**
 * Refuses to work in an n8n that is too old, before anything is sent. A node cannot ask for n8n's
 * version, so the newest thing that the pack cannot do without says it: `refreshOAuth2Token`, which
 * came with 1.119. What came later is bridged in this folder.
 *
 * @throws UserError that names the version it takes
 */
export function requireSupportedN8n({ helpers }: { helpers: object }): void {
	if ('refreshOAuth2Token' in helpers) return;
	throw new UserError(`This version of the AutoGPT nodes needs n8n ${OLDEST_N8N} or newer`);
}
