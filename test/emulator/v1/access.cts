import type { Core, Principal } from '../core.cts';
import type { KeyRecord } from '../state.cts';
import type { Scope } from '../types.cts';
import type { Generation } from './call.cts';
import { DetailError } from './errors.cts';

type HeaderOf = (name: string) => string | undefined;

/** Requests a minute for each key, where the server has such limits (v1.md section 4). */
const READS = 300;
const EXECUTIONS = 30;
const WINDOW_SECONDS = 60;

function stored(core: Core, secret: string, kind: KeyRecord['kind']): KeyRecord | undefined {
	const key = core.state.keys.get(secret);
	if (!key || key.revoked || key.kind !== kind) return undefined;
	return key.expiresAt && key.expiresAt <= core.clock.now() ? undefined : key;
}

/** The key of a request: `X-API-Key` alone counts where it is sent (v1.md section 2). */
export function authenticate(core: Core, header: HeaderOf, generation: Generation): KeyRecord {
	const apiKey = header('x-api-key');
	const bearer = /^Bearer\s+(\S+)$/i.exec(header('authorization') ?? '')?.[1];
	const takesTokens = generation !== 'V3';
	if (apiKey === undefined && (bearer === undefined || !takesTokens)) {
		const detail = takesTokens ? 'Missing authentication' : 'Missing API key';
		throw new DetailError(401, detail);
	}
	const key =
		apiKey === undefined ? stored(core, bearer ?? '', 'oauth') : stored(core, apiKey, 'api_key');
	if (!key) throw new DetailError(401, 'Invalid API key');
	return key;
}

/** Who calls. There is no team header; before V6 the user's own organization counts. */
export function principalOf(core: Core, key: KeyRecord, generation: Generation): Principal {
	const user = core.state.users.get(key.userId);
	const id = generation === 'V7' ? key.organizationId : user?.personalOrganizationId;
	const organization = core.state.organizations.get(id ?? '');
	if (!user || !organization) throw new DetailError(401, 'Invalid API key');
	return { key, user, organization, team: null, scopes: new Set(key.scopes) };
}

export function requireScopes(
	{ scopes }: Principal,
	needed: readonly Scope[],
	generation: Generation,
): void {
	const missing = needed.filter((scope) => !scopes.has(scope));
	if (missing.length === 0) return;
	const detail =
		generation === 'V3'
			? `Missing required permission: ${missing[0]}`
			: `Missing required permission(s): ${missing.join(', ')}`;
	throw new DetailError(403, detail);
}

/** Counts a request for its key; the reset is an epoch here, unlike in API v2. */
export function countRequest(core: Core, key: KeyRecord, isExecution: boolean): void {
	if (core.mode.v1Limits === 'none') return;
	const limit = isExecution ? EXECUTIONS : READS;
	const bucket = `v1 ${isExecution ? 'executions' : 'reads'} ${key.secret}`;
	const window = core.limiter.hit(bucket, limit, WINDOW_SECONDS);
	if (!window.exceeded) return;
	const epoch = Math.ceil(core.clock.now().getTime() / 1000) + window.resetSeconds;
	throw new DetailError(429, `Too many requests. Try again in ${window.resetSeconds} s.`, {
		'X-RateLimit-Limit': String(limit),
		'X-RateLimit-Remaining': '0',
		'X-RateLimit-Reset': String(epoch),
	});
}
