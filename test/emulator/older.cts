import type { Operation } from './contract.cts';
import type { Mode } from './types.cts';

/** How servers of an age behave, beside their version (section 1). */
export const OLDER_SERVERS: Readonly<Record<'O3' | 'O2', Partial<Mode>>> = {
	O3: {
		version: 'O3',
		idempotency: 'unbound',
		failuresFreeKeys: true,
		teamMates: 'notFound',
		emptyFolderId: 'root',
	},
	O2: {
		version: 'O2',
		idempotency: 'ignored',
		uploads: 'old',
		scopeNames: 'old',
		runFilters: false,
		rateLimitHeaders: false,
		teamMates: 'notFound',
		emptyFolderId: 'root',
	},
};

/** Operations that were elsewhere, or not yet there, on servers of an age (section 1). */
const NOT_YET: Readonly<Partial<Record<Mode['version'], readonly string[]>>> = {
	O2: ['createSchedule', 'listFiles'],
};

/** Whether a server in this mode knows the operation. */
export function isThere(
	{ version, lacks }: Pick<Mode, 'version' | 'lacks'>,
	{ id }: Pick<Operation, 'id'>,
): boolean {
	return !NOT_YET[version]?.includes(id) && !lacks.includes(id);
}
