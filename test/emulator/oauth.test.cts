import { createHash } from 'node:crypto';
import { Client } from './client.cts';
import { startEmulator, type OAuthApp, type Emulator, type Schemas } from './index.cts';

const REDIRECT = 'https://flows.example.org/rest/oauth2-credential/callback';
const VERIFIER = 'a-verifier-that-is-long-enough-for-the-standard-12345';

let emulator: Emulator;
let client: Client;
let app: OAuthApp;

beforeEach(async () => {
	emulator = await startEmulator({ limits: false });
	client = new Client(emulator, emulator.createAccount({ name: 'Ada' }));
	app = emulator.oauth.createApp({
		redirectUris: [REDIRECT],
		scopes: ['IDENTITY', 'RUN_AGENT', 'READ_RUN'],
	});
});

afterEach(async () => {
	await emulator.close();
});

interface Tokens {
	access_token: string;
	refresh_token: string;
	scopes: string[];
	detail?: unknown;
}

function authorizeQuery(changes: Record<string, string> = {}): URLSearchParams {
	return new URLSearchParams({
		response_type: 'code',
		client_id: app.clientId,
		redirect_uri: REDIRECT,
		scope: 'IDENTITY READ_RUN',
		state: 's-81f2',
		code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
		code_challenge_method: 'S256',
		...changes,
	});
}

function authorize(changes?: Record<string, string>): Promise<Response> {
	const url = `${emulator.webUrl}/auth/authorize?${authorizeQuery(changes).toString()}`;
	return fetch(url, { redirect: 'manual' });
}

async function decide(decision: string): Promise<URLSearchParams> {
	const body = authorizeQuery();
	body.set('decision', decision);
	const url = `${emulator.webUrl}/auth/authorize`;
	const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
	expect(answer.status).toBe(302);
	const location = answer.headers.get('location') ?? '';
	expect(location.startsWith(`${REDIRECT}?`)).toBe(true);
	return new URL(location).searchParams;
}

async function post(path: string, values: object) {
	const answer = await fetch(`${emulator.origin}/api/oauth/${path}`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({
			client_id: app.clientId,
			client_secret: app.clientSecret,
			...values,
		}),
	});
	return { status: answer.status, body: (await answer.json()) as Tokens };
}

async function exchange(changes: object = {}) {
	const code = (await decide('allow')).get('code');
	return post('token', {
		grant_type: 'authorization_code',
		code,
		redirect_uri: REDIRECT,
		code_verifier: VERIFIER,
		...changes,
	});
}

const refresh = (refresh_token: string) =>
	post('token', { grant_type: 'refresh_token', refresh_token });

test('check 30: the code is exchanged by JSON only', async () => {
	const code = (await decide('allow')).get('code') ?? '';
	const form = new URLSearchParams({ grant_type: 'authorization_code', code });
	const refused = await fetch(`${emulator.origin}/api/oauth/token`, { method: 'POST', body: form });
	expect(refused.status).toBe(422);
	const { status, body } = await exchange();
	expect(status).toBe(200);
	expect(Object.keys(body).sort()).toEqual([
		'access_token',
		'access_token_expires_at',
		'refresh_token',
		'refresh_token_expires_at',
		'scopes',
		'token_type',
	]);
	expect(body.access_token).toMatch(/^agpt_xt_/);
	const headers = { Authorization: `Bearer ${body.access_token}` };
	const me = await client.get<Schemas['Identity']>('/me', { key: null, headers });
	expect(me.body).toMatchObject({ credential_type: 'oauth', scopes: ['IDENTITY', 'READ_RUN'] });
});

test('check 30: of two refreshes at once one wins', async () => {
	const { body } = await exchange();
	const both = await Promise.all([refresh(body.refresh_token), refresh(body.refresh_token)]);
	expect(both.map((one) => one.status).sort()).toEqual([200, 400]);
	const loser = both.find((one) => one.status === 400);
	expect(loser?.body).toEqual({ detail: 'Invalid grant: refresh token has been revoked' });
	const headers = { Authorization: `Bearer ${body.access_token}` };
	expect((await client.get('/me', { key: null, headers })).status).toBe(200);
});

test('check 30: a redirect with an extra slash is refused, without a callback', async () => {
	const slash = await authorize({ redirect_uri: `${REDIRECT}/` });
	expect(slash.status).toBe(400);
	expect(slash.headers.get('location')).toBeNull();
	expect((await authorize({ client_id: 'unknown' })).status).toBe(400);
	const wrong = await exchange({ redirect_uri: `${REDIRECT}/` });
	expect(wrong).toEqual({
		status: 400,
		body: { detail: 'Invalid grant: redirect_uri mismatch' },
	});
});

test('other errors of the authorize page go back to the app', async () => {
	const errorOf = async (changes: Record<string, string>) =>
		new URL((await authorize(changes)).headers.get('location') ?? '').searchParams.get('error');
	expect(await errorOf({ response_type: 'token' })).toBe('unsupported_response_type');
	const denied = await decide('deny');
	expect([denied.get('error'), denied.get('state')]).toEqual(['access_denied', 's-81f2']);
	const page = await (await authorize()).text();
	expect(page).toContain('AutoGPT emulator');
	expect(page).toContain('>Allow</button>');
	expect(page).toContain('>Deny</button>');
});

test('the consent page itself refuses scopes that the app lacks: the only way back is to deny', async () => {
	for (const scope of ['IDENTITY WRITE_RUN', '']) {
		const answer = await authorize({ scope });
		expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
		const page = await answer.text();
		expect(page).toContain('may not ask for this');
		expect(page).not.toContain('value="allow"');
		const body = authorizeQuery({ scope });
		body.set('decision', 'deny');
		const url = `${emulator.webUrl}/auth/authorize`;
		const back = await fetch(url, { method: 'POST', body, redirect: 'manual' });
		expect(back.headers.get('location')).toContain('error=access_denied');
		body.set('decision', 'allow');
		const forced = await fetch(url, { method: 'POST', body, redirect: 'manual' });
		expect([forced.status, forced.headers.get('location')]).toEqual([400, null]);
	}
});

test('in an older reading scopes that the app lacks go back as invalid_scope', async () => {
	emulator.mode.consentChecksScopes = false;
	for (const scope of ['WRITE_RUN', '']) {
		const location = (await authorize({ scope })).headers.get('location') ?? '';
		expect(new URL(location).searchParams.get('error')).toBe('invalid_scope');
	}
});

test('codes end after use, after ten minutes and with a wrong verifier', async () => {
	const code = (await decide('allow')).get('code');
	const used = { code };
	expect((await exchange({ ...used, code_verifier: 'wrong' })).status).toBe(400);
	expect((await exchange(used)).status).toBe(200);
	expect((await exchange(used)).status).toBe(400);
	const late = (await decide('allow')).get('code');
	emulator.clock.advance(601_000);
	expect((await exchange({ code: late })).status).toBe(400);
	expect((await exchange({ client_id: 'unknown' })).body.detail).toBe('Invalid client_id');
	expect((await exchange({ client_secret: 'wrong' })).body.detail).toBe('Invalid client_secret');
	emulator.oauth.setActive(app.clientId, false);
	const inactive = await post('revoke', { token: 'x' });
	expect(inactive).toEqual({ status: 401, body: { detail: 'Application is not active' } });
});

test('tokens live as long as they are set to, and can be revoked and looked at', async () => {
	emulator.oauth.accessTokenLifetimeSeconds = 5;
	const { body } = await exchange();
	const headers = { Authorization: `Bearer ${body.access_token}` };
	expect((await post('introspect', { token: body.access_token })).body).toMatchObject({
		active: true,
		client_id: app.clientId,
		user_id: client.account.userId,
		token_type: 'access_token',
	});
	emulator.clock.advance(5000);
	expect((await client.get('/me', { key: null, headers })).status).toBe(401);
	expect((await post('introspect', { token: body.access_token })).body).toMatchObject({
		active: false,
		exp: null,
	});
	const next = await refresh(body.refresh_token);
	expect(next.body.scopes).toEqual(['IDENTITY', 'READ_RUN']);
	expect((await post('revoke', { token: next.body.refresh_token })).body).toEqual({ status: 'ok' });
	expect((await post('revoke', { token: 'unknown' })).status).toBe(200);
	expect((await refresh(next.body.refresh_token)).status).toBe(400);
	const alive = { Authorization: `Bearer ${next.body.access_token}` };
	expect((await client.get('/me', { key: null, headers: alive })).status).toBe(200);
});
