import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The newest n8n that can be installed. */
export const N8N_VERSION = '2.41.1';

/** The oldest that the pack supports: the maintained line of n8n 1. */
export const OLDEST_N8N_VERSION = '1.123.81';

/** One version of each time at which n8n changed something that the pack uses. */
export const N8N_VERSIONS = [
	OLDEST_N8N_VERSION,
	'2.0.3',
	'2.20.12',
	'2.30.8',
	'2.37.11',
	N8N_VERSION,
] as const;

/** The n8n that tests and `npm start` use, where they name none. */
export const DEFAULT_N8N_VERSION = process.env.AUTOGPT_N8N_VERSION ?? N8N_VERSION;

/** The repository's own folder. */
export const repository = resolve(__dirname, '..', '..');

/**
 * Where installed versions of n8n are kept, for all clones of this repository. It lies outside of
 * them, so that no linter and no editor reads n8n's files, and can be deleted at any time.
 */
export const cacheRoot =
	process.env.AUTOGPT_HOST_FOLDER ??
	join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'n8n-nodes-autogpt');

/** What this clone runs in: n8n's user folders, logs and packed tarballs. */
export const hostRoot = join(
	cacheRoot,
	'clones',
	createHash('sha256').update(repository).digest('hex').slice(0, 12),
);
