import { createHash } from 'node:crypto';
import type { Core } from './core.cts';
import { newSecret } from './ids.cts';
import { SCOPES, type Account, type OAuthProvider, type Scope } from './types.cts';

export interface AppRecord {
	clientId: string;
	clientSecret: string;
	name: string;
	redirectUris: string[];
	scopes: Scope[];
	active: boolean;
}

interface Code {
	clientId: string;
	userId: string;
	redirectUri: string;
	scopes: Scope[];
	challenge: string;
	expiresAt: Date;
}

interface RefreshToken {
	clientId: string;
	userId: string;
	scopes: Scope[];
	expiresAt: Date;
	revoked: boolean;
}

/** A failure in the provider's own shape, `{"detail": ...}` (section 4). */
export class OAuthError extends Error {
	constructor(
		readonly status: number,
		readonly detail: unknown,
	) {
		super('OAuth error');
	}
}

function badGrant(why: string): OAuthError {
	return new OAuthError(400, `Invalid grant: ${why}`);
}

/** What the authorize page was asked for. */
export interface AuthorizeRequest {
	app: AppRecord;
	redirectUri: string;
	scopes: Scope[];
	challenge: string;
	state: string;
}

/** Apps, codes and tokens of section 4. */
export class OAuth implements OAuthProvider {
	accessTokenLifetimeSeconds = 3600;
	refreshTokenLifetimeSeconds = 30 * 24 * 3600;
	codeLifetimeSeconds = 600;
	account: Account | null = null;
	private readonly apps = new Map<string, AppRecord>();
	private readonly codes = new Map<string, Code>();
	private readonly refreshTokens = new Map<string, RefreshToken>();
	/** Access tokens' apps. */
	private readonly issuedTo = new Map<string, string>();

	constructor(private readonly core: Core) {}

	createApp: OAuthProvider['createApp'] = ({ redirectUris, scopes, name }) => {
		const app: AppRecord = {
			clientId: newSecret('agpt_client_'),
			clientSecret: newSecret('agpt_secret_'),
			name: name ?? 'Test app',
			redirectUris,
			scopes: [...(scopes ?? SCOPES)],
			active: true,
		};
		this.apps.set(app.clientId, app);
		return { clientId: app.clientId, clientSecret: app.clientSecret };
	};

	setActive(clientId: string, active: boolean): void {
		const app = this.apps.get(clientId);
		if (app) app.active = active;
	}

	app(clientId: string): AppRecord | undefined {
		return this.apps.get(clientId);
	}

	/** The app, if id and secret fit and it is not disabled; else 401. */
	client(clientId: string, clientSecret: string): AppRecord {
		const app = this.apps.get(clientId);
		if (!app) throw new OAuthError(401, 'Invalid client_id');
		if (app.clientSecret !== clientSecret) throw new OAuthError(401, 'Invalid client_secret');
		if (!app.active) throw new OAuthError(401, 'Application is not active');
		return app;
	}

	/** A code for whoever pressed Allow. */
	allow({ app, redirectUri, scopes, challenge }: AuthorizeRequest): string {
		if (!this.account) throw new Error('There is no account to act as');
		const code = newSecret('c-');
		this.codes.set(code, {
			clientId: app.clientId,
			userId: this.account.userId,
			redirectUri,
			scopes,
			challenge,
			expiresAt: this.inSeconds(this.codeLifetimeSeconds),
		});
		return code;
	}

	/** Takes a code, once, for a pair of tokens. */
	exchange(app: AppRecord, text: string, redirectUri: string, verifier: string) {
		const code = this.codes.get(text);
		if (!code || code.clientId !== app.clientId) {
			throw badGrant('authorization code not found or already used');
		}
		if (code.expiresAt <= this.core.clock.now()) throw badGrant('authorization code expired');
		if (code.redirectUri !== redirectUri) throw badGrant('redirect_uri mismatch');
		const challenge = createHash('sha256').update(verifier).digest('base64url');
		if (challenge !== code.challenge) throw badGrant('PKCE verification failed');
		this.codes.delete(text);
		return this.issue(app.clientId, code.userId, code.scopes);
	}

	/** A new pair; the old refresh token ends at once, the old access token lives on. */
	refresh(app: AppRecord, text: string) {
		const token = this.refreshTokens.get(text);
		if (!token || token.clientId !== app.clientId) throw badGrant('refresh token not found');
		if (token.revoked) throw badGrant('refresh token has been revoked');
		if (token.expiresAt <= this.core.clock.now()) throw badGrant('refresh token expired');
		token.revoked = true;
		return this.issue(app.clientId, token.userId, token.scopes);
	}

	/** Ends that token and not its partner. */
	revoke(app: AppRecord, text: string): void {
		const refresh = this.refreshTokens.get(text);
		if (refresh?.clientId === app.clientId) refresh.revoked = true;
		const access = this.core.state.keys.get(text);
		if (access && this.issuedTo.get(text) === app.clientId) access.revoked = true;
	}

	takeBack(clientId: string): void {
		const app = this.apps.get(clientId);
		if (!app) return;
		for (const text of [...this.refreshTokens.keys(), ...this.issuedTo.keys()]) {
			this.revoke(app, text);
		}
	}

	introspect(app: AppRecord, text: string) {
		const now = this.core.clock.now();
		const access = this.core.state.keys.get(text);
		const mine = access && this.issuedTo.get(text) === app.clientId ? access : undefined;
		const refresh = this.refreshTokens.get(text);
		const found = mine ?? (refresh?.clientId === app.clientId ? refresh : undefined);
		const expiresAt = found?.expiresAt;
		if (!found || found.revoked || !expiresAt || expiresAt <= now) {
			const none = null;
			return {
				active: false,
				scopes: none,
				client_id: none,
				user_id: none,
				exp: none,
				token_type: none,
			};
		}
		return {
			active: true,
			scopes: found.scopes,
			client_id: app.clientId,
			user_id: found.userId,
			exp: Math.floor(expiresAt.getTime() / 1000),
			token_type: found === mine ? 'access_token' : 'refresh_token',
		};
	}

	private inSeconds(seconds: number): Date {
		return new Date(this.core.clock.now().getTime() + seconds * 1000);
	}

	/** A pair of tokens; OAuth acts in the personal organization only (section 3). */
	private issue(clientId: string, userId: string, scopes: Scope[]) {
		const user = this.core.state.users.get(userId);
		if (!user) throw badGrant('user not found');
		const access = newSecret('agpt_xt_');
		const refresh = newSecret('agpt_rt_');
		const accessExpiry = this.inSeconds(this.accessTokenLifetimeSeconds);
		const refreshExpiry = this.inSeconds(this.refreshTokenLifetimeSeconds);
		this.core.state.keys.set(access, {
			secret: access,
			kind: 'oauth',
			userId,
			organizationId: user.personalOrganizationId,
			teamId: null,
			scopes,
			revoked: false,
			expiresAt: accessExpiry,
		});
		this.issuedTo.set(access, clientId);
		this.refreshTokens.set(refresh, {
			clientId,
			userId,
			scopes,
			expiresAt: refreshExpiry,
			revoked: false,
		});
		return {
			token_type: 'Bearer',
			access_token: access,
			access_token_expires_at: accessExpiry.toISOString(),
			refresh_token: refresh,
			refresh_token_expires_at: refreshExpiry.toISOString(),
			scopes,
		};
	}
}
