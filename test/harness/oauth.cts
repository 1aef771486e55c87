import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { NOT_A_TOKEN_REQUEST, readTokenRequest, standardAnswer } from '../../client/oauth/relay';
import { startEmulator, type OAuthApp, type Emulator, type Scope } from '../emulator/index.cts';
import { MemoryCredentials } from './credentials.cts';
import { CREDENTIAL_ID, runNode, type NodeRunResult } from './engine.cts';

const REDIRECT = 'https://flows.example.org/rest/oauth2-credential/callback';
const SCOPES: Scope[] = ['IDENTITY', 'READ_LIBRARY', 'RUN_AGENT', 'READ_RUN', 'WRITE_FILES'];

/** An emulator with an account that is connected over OAuth2, and a relay that can be put off. */
export interface OAuthStage {
	emulator: Emulator;
	app: OAuthApp;
	store: MemoryCredentials;
	tokens(): IDataObject;
	/** Forms that came to the relay since the last `forget`. */
	renewals(): number;
	/** How often AutoGPT was shown a dead token since the last `forget`. */
	refusals(): number;
	forget(): void;
	/** Makes the stored token look and be past its time. */
	expire(): void;
	/** Ends a token at AutoGPT; n8n does not know. */
	revoke(token: unknown): Promise<void>;
	connect(): Promise<void>;
	relay: { status?: number };
	run(
		parameters: INodeParameters,
		items?: INodeExecutionData[],
		settings?: object,
	): Promise<NodeRunResult>;
	close(): Promise<void>;
}

async function post(emulator: Emulator, path: string, values: object): Promise<Response> {
	return await fetch(`${emulator.origin}/api/oauth/${path}`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(values),
	});
}

async function agree(emulator: Emulator, app: OAuthApp): Promise<IDataObject> {
	const verifier = randomBytes(40).toString('base64url');
	const body = new URLSearchParams({
		response_type: 'code',
		client_id: app.clientId,
		redirect_uri: REDIRECT,
		scope: SCOPES.join(' '),
		state: 's',
		code_challenge: createHash('sha256').update(verifier).digest('base64url'),
		code_challenge_method: 'S256',
		decision: 'allow',
	});
	const url = `${emulator.webUrl}/auth/authorize`;
	const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
	const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code');
	const exchange = await post(emulator, 'token', {
		grant_type: 'authorization_code',
		code,
		redirect_uri: REDIRECT,
		client_id: app.clientId,
		client_secret: app.clientSecret,
		code_verifier: verifier,
	});
	return asN8nKeeps((await exchange.json()) as IDataObject);
}

function asN8nKeeps(tokens: IDataObject): IDataObject {
	const at = Date.parse(String(tokens.access_token_expires_at));
	const seconds = Math.floor((at - Date.now()) / 1000);
	return { ...tokens, expires_in: seconds, n8n_expires_at: String(Date.now() + seconds * 1000) };
}

async function relayed(emulator: Emulator, contentType: string, text: string) {
	const request = readTokenRequest(contentType, { ...parse(text) });
	if (!request) return NOT_A_TOKEN_REQUEST;
	const response = await fetch(`${emulator.origin}/api/oauth/token`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(request),
	}).catch(() => undefined);
	if (!response) return standardAnswer();
	const headers = Object.fromEntries(response.headers);
	return standardAnswer({ status: response.status, body: await response.text(), headers });
}

/** Does what the relay node does; the node itself is tested in a real n8n. */
async function startRelay(emulator: Emulator, mood: { status?: number }) {
	const forms: string[] = [];
	const server: Server = createServer((request, response) => {
		let text = '';
		request.on('data', (chunk: Buffer) => (text += chunk.toString()));
		request.on('end', () => {
			forms.push(text);
			void (async () => {
				const contentType = request.headers['content-type'] ?? '';
				const { status, body } = mood.status
					? { status: mood.status, body: {} }
					: await relayed(emulator, contentType, text);
				response.writeHead(status, { 'Content-Type': 'application/json' });
				response.end(JSON.stringify(body));
			})();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { forms, server, url: `http://127.0.0.1:${port}/webhook/autogpt-oauth-token` };
}

/** Starts an emulator whose limits are on, and connects an account. */
export async function setOAuthStage(extra: IDataObject = {}): Promise<OAuthStage> {
	const emulator = await startEmulator();
	emulator.createAccount();
	const app = emulator.oauth.createApp({ redirectUris: [REDIRECT], scopes: SCOPES });
	const relay = {};
	const { forms, server, url } = await startRelay(emulator, relay);
	const store = new MemoryCredentials({});
	const seen = { forms: 0, requests: 0 };
	const stage: OAuthStage = {
		emulator,
		app,
		store,
		relay,
		tokens: () => (store.byId[CREDENTIAL_ID]?.oauthTokenData ?? {}) as unknown as IDataObject,
		renewals: () => forms.length - seen.forms,
		refusals: () =>
			emulator.requests
				.slice(seen.requests)
				.filter(
					({ path, status }) => path.includes('/external-api/') && [401, 429].includes(status),
				).length,
		forget: () => {
			seen.forms = forms.length;
			seen.requests = emulator.requests.length;
		},
		expire: () => {
			emulator.clock.advance(3600_000);
			Object.assign(stage.tokens(), { n8n_expires_at: String(Date.now() - 1000) });
		},
		revoke: async (token) => {
			const { clientId, clientSecret } = app;
			const client = { client_id: clientId, client_secret: clientSecret };
			await post(emulator, 'revoke', { token, ...client });
		},
		connect: async () => {
			store.byId[CREDENTIAL_ID] = {
				...{ grantType: 'pkce', authentication: 'body', accessTokenUrl: url },
				...{ clientId: app.clientId, clientSecret: app.clientSecret, baseUrl: emulator.baseUrl },
				...{ webUrl: emulator.webUrl, scope: SCOPES.join(' '), ...extra },
				oauthTokenData: (await agree(emulator, app)) as never,
			} as MemoryCredentials['byId'][string];
		},
		run: async (parameters, items, settings = {}) =>
			await runNode({
				credential: {},
				credentialType: 'autoGptOAuth2Api',
				store,
				items,
				settings,
				parameters: { authentication: 'oAuth2', ...parameters },
			}),
		close: async () => {
			await new Promise((resolve) => server.close(resolve));
			await emulator.close();
		},
	};
	await stage.connect();
	return stage;
}
