import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const N8N_VERSION = '2.41.1';

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
