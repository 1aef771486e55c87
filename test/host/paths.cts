import { join, resolve } from 'node:path';

export const N8N_VERSION = '2.41.1';

/** The repository's own folder. */
export const repository = resolve(__dirname, '..', '..');

/** Everything the host installs or runs in; git ignores it and it can be deleted at any time. */
export const hostRoot = join(repository, '.host');
