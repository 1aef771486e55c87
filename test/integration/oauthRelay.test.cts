import { createHash, randomBytes } from 'node:crypto';

import { startEmulator, type Emulator, type OAuthApp } from '../emulator/index.cts';
import { sendToRelay } from '../harness/oauthRelay.cts';

const FORM = 'application/x-www-form-urlencoded';
const REDIRECT = 'https://flows.example.org/rest/oauth2-credential/callback';

describe('The token relay node', () => {
	let emulator: Emulator;
	let app: OAuthApp;

	beforeAll(async () => {
		emulator = await startEmulator();
		emulator.createAccount();
		app = emulator.oauth.createApp({ redirectUris: [REDIRECT] });
	});

	afterEach(() => emulator.faults.clear());

	afterAll(async () => {
		expect(emulator.contractViolations).toEqual([]);
		await emulator.close();
	});

	const endpoint = (clientId = app.clientId) => ({
		endpointUrl: `${emulator.origin}/api/oauth/token`,
		clientId,
	});
	const client = () => ({ client_id: app.clientId, client_secret: app.clientSecret });
	const refresh = () => ({ grant_type: 'refresh_token', refresh_token: 'agpt_rt_x', ...client() });
	const tokenRequests = () =>
		emulator.requests.filter(({ path }) => path.endsWith('/oauth/token')).length;

	/** The code that AutoGPT sends back after a press on Allow, as the form for its exchange. */
	async function codeForm() {
		const code_verifier = randomBytes(40).toString('base64url');
		const body = new URLSearchParams({
			response_type: 'code',
			client_id: app.clientId,
			redirect_uri: REDIRECT,
			scope: 'IDENTITY',
			state: 's',
			code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
			code_challenge_method: 'S256',
			decision: 'allow',
		});
		const url = `${emulator.webUrl}/auth/authorize`;
		const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
		const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code');
		const grant = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
		return { ...grant, code_verifier, ...client() };
	}

	it('exchanges a code, and starts no execution', async () => {
		const relayed = await sendToRelay(endpoint(), FORM, await codeForm());
		expect(relayed.status).toBe(200);
		expect(relayed.body).toMatchObject({
			access_token: expect.stringMatching(/^agpt_xt_/),
			refresh_token: expect.stringMatching(/^agpt_rt_/),
			token_type: 'Bearer',
			expires_in: expect.any(Number),
			scope: 'IDENTITY',
		});
		expect(relayed.headers['cache-control']).toBe('no-store');
		expect(relayed.result).toEqual({ noWebhookResponse: true });
	});

	describe('where n8n sends the client in a header, as 1.123 does with a code', () => {
		const header = ({ clientId, clientSecret } = app) =>
			`Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
		const withoutClient = async () => ({
			...(await codeForm()),
			client_id: undefined,
			client_secret: undefined,
		});

		it('exchanges the code', async () => {
			const form = await withoutClient();
			const relayed = await sendToRelay(endpoint(), FORM, form, 2, header());
			expect(relayed).toMatchObject({
				status: 200,
				body: { access_token: expect.stringMatching(/^agpt_xt_/) },
			});
		});

		it.each([
			['the client of another app', 'agpt_client_other', 'unauthorized_client', withoutClient],
			['another client than the form', undefined, 'invalid_request', codeForm],
		])('sends %s nowhere, and does not repeat its secret', async (_, field, error, form) => {
			const before = tokenRequests();
			const client = { ...app, ...(field ? {} : { clientSecret: 'agpt_secret_other' }) };
			const relayed = await sendToRelay(endpoint(field), FORM, await form(), 2, header(client));
			expect(relayed).toMatchObject({ status: 400, body: { error } });
			expect(JSON.stringify(relayed.body)).not.toContain(client.clientSecret);
			expect(tokenRequests()).toBe(before);
		});
	});

	it('says in OAuth2 words what AutoGPT refuses', async () => {
		const { status, body, result } = await sendToRelay(endpoint(), FORM, refresh());
		expect({ status, body }).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
		expect(result).toEqual({ noWebhookResponse: true });
	});

	it.each([
		['a JSON body', 'application/json', () => refresh()],
		['no content type', undefined, () => refresh()],
		['another grant', FORM, () => ({ ...refresh(), grant_type: 'password' })],
		['no body', FORM, () => undefined],
	])('answers %s itself, and starts no execution', async (_, contentType, body) => {
		const before = tokenRequests();
		const relayed = await sendToRelay(endpoint(), contentType, body());
		expect(relayed).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
		expect(relayed.result).toEqual({ noWebhookResponse: true });
		expect(tokenRequests()).toBe(before);
	});

	describe('passes on the requests of its own client ID only', () => {
		const OTHER = {
			error: 'unauthorized_client',
			error_description: expect.stringContaining('not the one'),
		};
		const EMPTY = {
			error: 'unauthorized_client',
			error_description: expect.stringContaining('is empty'),
		};

		it.each([
			['another client ID', 2, 'agpt_client_other', OTHER],
			['a part of it', 2, 'agpt_client', OTHER],
			['other client IDs', 2, 'agpt_client_a, agpt_client_b', OTHER],
			['no client ID', 2, '', EMPTY],
			['a blank', 2, ' , ', EMPTY],
			['another client ID, in a node of before', 1, 'agpt_client_other', OTHER],
		])('with %s in the field: refused, nothing is sent', async (_, version, field, body) => {
			const before = tokenRequests();
			const relayed = await sendToRelay(endpoint(field), FORM, refresh(), version);
			expect(relayed).toMatchObject({ status: 400, body });
			expect(relayed.result).toEqual({ noWebhookResponse: true });
			expect(tokenRequests()).toBe(before);
		});

		it.each([
			['its own', 2, () => app.clientId],
			['its own among several', 2, () => `agpt_client_a, ${app.clientId}`],
			['its own, with spaces around', 2, () => ` ${app.clientId} `],
			['its own, in a node of before', 1, () => app.clientId],
			['none, in a node of before', 1, () => ''],
		])('with %s in the field: passed on', async (_, version, field) => {
			const before = tokenRequests();
			const relayed = await sendToRelay(endpoint(field()), FORM, refresh(), version);
			expect(relayed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
			expect(tokenRequests()).toBe(before + 1);
		});

		it('passes everything on in a node that was saved without the field', async () => {
			const { endpointUrl } = endpoint();
			const relayed = await sendToRelay({ endpointUrl }, FORM, refresh(), 1);
			expect(relayed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
		});
	});

	it.each(['http://127.0.0.1:9/api/oauth/token', 'not an address', ''])(
		'starts no execution where nothing answers: %p',
		async (endpointUrl) => {
			const relayed = await sendToRelay({ ...endpoint(), endpointUrl }, FORM, refresh());
			expect(relayed).toMatchObject({ status: 400, body: { error: 'temporarily_unavailable' } });
			expect(relayed.result).toEqual({ noWebhookResponse: true });
		},
	);

	it('takes the secret to no other address', async () => {
		emulator.faults.add({
			path: /oauth\/token$/,
			kind: { redirect: `${emulator.downloadOrigin}/elsewhere` },
		});
		const relayed = await sendToRelay(endpoint(), FORM, refresh());
		expect(relayed).toMatchObject({ status: 400, body: { error: 'temporarily_unavailable' } });
		expect(emulator.downloadRequests).toEqual([]);
	});
});
