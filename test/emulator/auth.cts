import type { Operation } from './contract.cts';
import type { Core, Principal } from './core.cts';
import { ApiError } from './errors.cts';
import { limitHeaders, tooMany, type Window } from './limits.cts';
import type { KeyRecord, TeamRecord } from './state.cts';
import type { Scope } from './types.cts';

/** As much of a key as the presentation limit looks at (section 6). */
const KEY_HEAD = 12;

type HeaderOf = (name: string) => string | undefined;

function presented(header: HeaderOf): { secret: string; bearer: boolean } | null {
	const apiKey = header('x-api-key');
	if (apiKey !== undefined) return { secret: apiKey, bearer: false };
	const bearer = /^Bearer\s+(\S+)$/i.exec(header('authorization') ?? '')?.[1];
	return bearer === undefined ? null : { secret: bearer, bearer: true };
}

function keyOf(core: Core, secret: string, bearer: boolean): KeyRecord | undefined {
	const key = core.state.keys.get(secret);
	if (!key || key.revoked) return undefined;
	if (key.expiresAt && key.expiresAt <= core.clock.now()) return undefined;
	if (key.kind === 'oauth') return bearer ? key : undefined;
	const bearerKeys = core.mode.bearerKeys && core.mode.version === 'N';
	return bearer && !bearerKeys ? undefined : key;
}

/**
 * The key a request shows (section 3). Without a good one: 401 five times a minute for an
 * address, then 429; after thirty wrong keys a minute good keys suffer too (section 6).
 */
export function authenticate(core: Core, header: HeaderOf, address: string): KeyRecord {
	const { limiter } = core;
	const isAnnounced = core.mode.limitsShownToStrangers;
	const failures = `failures ${address}`;
	const shown = presented(header);
	if (shown) {
		const blocked = limiter.peek(failures, 30, 60);
		if (blocked.exceeded) throw tooMany(blocked, isAnnounced);
		const head = shown.secret.slice(0, KEY_HEAD);
		const presentations = limiter.hit(`presented ${address} ${head}`, 300, 60);
		if (presentations.exceeded) throw tooMany(presentations, isAnnounced);
		const key = keyOf(core, shown.secret, shown.bearer);
		if (key) return key;
		limiter.hit(failures, 30, 60);
	}
	const anonymous = limiter.hit(`anonymous ${address}`, 5, 60);
	if (anonymous.exceeded) throw tooMany(anonymous, isAnnounced);
	const message = shown ? 'Invalid or expired credential' : 'Missing credential';
	throw new ApiError(401, message, null, isAnnounced ? limitHeaders(anonymous) : {});
}

/** Where the request acts: the key's organization, and a team if one is asked for. */
export function principalOf(core: Core, key: KeyRecord, teamHeader: string | undefined): Principal {
	const user = core.state.users.get(key.userId);
	const organization = core.state.organizations.get(key.organizationId);
	if (!user || !organization) throw new ApiError(401, 'Invalid or expired credential');
	return {
		key,
		user,
		organization,
		team: teamOf(core, key, teamHeader?.trim() || null),
		scopes: new Set(key.scopes),
	};
}

function teamOf(core: Core, key: KeyRecord, asked: string | null): TeamRecord | null {
	const id = asked ?? key.teamId;
	if (id === null) return null;
	const team = core.state.teams.get(id);
	if (
		!team ||
		team.organizationId !== key.organizationId ||
		!team.members.has(key.userId) ||
		(key.teamId !== null && key.teamId !== id)
	) {
		throw new ApiError(403, 'You may not act in this team');
	}
	return team;
}

const OLDER_NAMES: Readonly<Record<string, readonly Scope[]>> = {
	listRuns: ['READ_LIBRARY'],
	uploadFile: ['UPLOAD_FILES'],
	listFiles: ['DOWNLOAD_FILES'],
	getFile: ['DOWNLOAD_FILES'],
	downloadFile: ['DOWNLOAD_FILES'],
	deleteFile: ['UPLOAD_FILES'],
	listMarketplaceAgents: ['READ_STORE'],
	getMarketplaceAgent: ['READ_STORE'],
	getMarketplaceAgentByVersion: ['READ_STORE'],
	listCreators: ['READ_STORE'],
	getCreator: ['READ_STORE'],
};

/** What an operation needs; older servers ask for other scopes here and there (section 1). */
export function scopesOf(core: Core, { id, scopes }: Operation): readonly Scope[] {
	return (core.mode.scopeNames === 'old' ? OLDER_NAMES[id] : undefined) ?? scopes;
}

/** All scopes are needed at once; the 403 names those that are missing (section 3). */
export function requireScopes(principal: Principal, needed: readonly Scope[]): void {
	const missing = needed.filter((scope) => !principal.scopes.has(scope));
	if (missing.length === 0) return;
	throw new ApiError(403, `Missing required permission(s): ${missing.join(', ')}`);
}

/** Counts the request in the user's window over all keys (section 6). */
export function countRequest(core: Core, userId: string): Window {
	const window = core.limiter.hit(`user ${userId}`, 200, 60);
	if (window.exceeded) throw tooMany(window);
	return window;
}
