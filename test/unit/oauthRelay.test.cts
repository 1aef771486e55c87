import { readTokenRequest, standardAnswer } from '../../client/oauth/relay';
import { relayWorkflow } from '../harness/relay.cts';

const FORM = 'application/x-www-form-urlencoded';
const PAGE = '<html><h1>Not here</h1></html>';

describe('The workflow with the token relay', () => {
	it('has no node that could start an execution or send the secrets elsewhere', () => {
		expect(relayWorkflow.nodes.map(({ type }) => type)).toEqual([
			'n8n-nodes-base.stickyNote',
			'n8n-nodes-autogpt.autoGptOAuthRelay',
		]);
		expect(relayWorkflow.connections).toEqual({});
	});

	it('brings no data and no access of its own', () => {
		expect(relayWorkflow.pinData).toEqual({});
		expect(relayWorkflow.nodes.every((node) => !('credentials' in node))).toBe(true);
	});
});

describe('The token relay', () => {
	const client = { client_id: 'a', client_secret: 'b' };
	const code = { code: 'c', redirect_uri: 'd', code_verifier: 'e' };
	const exchange = { grant_type: 'authorization_code', ...code, ...client };
	const refresh = { grant_type: 'refresh_token', refresh_token: 'f', ...client };

	it.each([
		['a code', FORM, exchange],
		['a code, with a character set', `${FORM}; charset=utf-8`, exchange],
		['a refresh token', FORM, refresh],
	])('takes a request with %s', (_, contentType, form) => {
		expect(readTokenRequest(contentType, form)).toEqual(form);
	});

	it('passes on what AutoGPT reads, and nothing else', () => {
		expect(readTokenRequest(FORM, { ...refresh, scope: 'x', code: 'c' })).toEqual(refresh);
	});

	it.each([
		['JSON', 'application/json', refresh],
		['a request without its type', undefined, refresh],
		['one without the secret', FORM, { ...refresh, client_secret: '' }],
		['one without the code', FORM, { ...exchange, code: undefined }],
		['a value that is too long', FORM, { ...refresh, refresh_token: 'x'.repeat(4097) }],
		['two values of one name', FORM, { ...refresh, refresh_token: ['a', 'b'] }],
	])('refuses %s', (_, contentType, form) => {
		expect(readTokenRequest(contentType, form)).toBeUndefined();
	});

	describe('from n8n 1.123, which sends the client in a header with a code', () => {
		const inHeader = { grant_type: 'authorization_code', ...code };
		const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

		it.each([
			['as it is', basic('a:b'), client],
			['with the scheme in small letters', basic('a:b').replace('Basic', 'basic'), client],
			['encoded as a form', basic('a%3A+1:b%C3%A9'), { client_id: 'a: 1', client_secret: 'bé' }],
			['with a colon in the secret', basic('a:b:c'), { client_id: 'a', client_secret: 'b:c' }],
			['with a percent sign of its own', basic('a:b%'), { client_id: 'a', client_secret: 'b%' }],
		])('takes it from there, %s', (_, header, expected) => {
			expect(readTokenRequest(FORM, inHeader, header)).toEqual({ ...inHeader, ...expected });
		});

		it.each([
			['the same client', exchange],
			['its ID only', { ...inHeader, client_id: 'a' }],
			['empty fields', { ...inHeader, client_id: '', client_secret: '' }],
		])('takes a form that has %s, too', (_, form) => {
			expect(readTokenRequest(FORM, form, basic('a:b'))).toEqual(exchange);
		});

		it.each([
			['another ID', { client_id: 'other' }],
			['another secret', { client_secret: 'other' }],
			['two IDs', { client_id: ['a', 'a'] }],
		])('refuses a form that has %s', (_, other) => {
			expect(readTokenRequest(FORM, { ...inHeader, ...other }, basic('a:b'))).toBeUndefined();
		});

		it.each([
			['no secret', basic('a:')],
			['no ID', basic(':b')],
			['no colon', basic('a')],
			['a secret that is too long', basic(`a:${'x'.repeat(4097)}`)],
			['another scheme', 'Bearer YTpi'],
			['no value', 'Basic'],
			['no text', undefined],
		])('refuses a header with %s', (_, header) => {
			expect(readTokenRequest(FORM, inHeader, header)).toBeUndefined();
		});

		it('reads the form where the header has no client', () => {
			expect(readTokenRequest(FORM, refresh, 'Bearer x')).toEqual(refresh);
		});
	});

	it.each(['password', 'constructor', '__proto__', 'toString', '', undefined, ['refresh_token']])(
		'refuses the grant type %p',
		(grant_type) => {
			expect(readTokenRequest(FORM, { ...refresh, grant_type })).toBeUndefined();
		},
	);

	it.each([[undefined], [null], ['text'], [[]]])('refuses the body %p', (body) => {
		expect(readTokenRequest(FORM, body)).toBeUndefined();
	});

	const said = (detail: unknown) => JSON.stringify({ detail });
	const BUSY = /busy or down/;
	const NOTHING = /No token endpoint/;

	it.each([
		[400, said('Invalid grant: refresh token has been revoked'), 400, 'invalid_grant', /revoked/],
		[400, said('Bad Request'), 400, 'temporarily_unavailable', NOTHING],
		[400, PAGE, 400, 'temporarily_unavailable', NOTHING],
		[400, '', 400, 'temporarily_unavailable', NOTHING],
		[401, said('Invalid client_secret'), 401, 'invalid_client', /client_secret/],
		[401, PAGE, 400, 'temporarily_unavailable', NOTHING],
		[401, '{}', 400, 'temporarily_unavailable', NOTHING],
		[403, PAGE, 400, 'temporarily_unavailable', NOTHING],
		[404, said('Not Found'), 400, 'temporarily_unavailable', NOTHING],
		[422, said([{ input: 'agpt_secret_x' }]), 400, 'invalid_request', /could not read/],
		[429, said('Slow down'), 400, 'temporarily_unavailable', BUSY],
		[500, 'null', 400, 'temporarily_unavailable', BUSY],
		[503, PAGE, 400, 'temporarily_unavailable', BUSY],
		[200, PAGE, 400, 'temporarily_unavailable', NOTHING],
		[302, '', 400, 'temporarily_unavailable', NOTHING],
	])('answers %p %p with %i %s', (given, body, status, error, description) => {
		const answer = standardAnswer({ status: given, body, headers: {} });
		expect(answer).toMatchObject({
			status,
			body: { error, error_description: expect.stringMatching(description) },
		});
		expect(JSON.stringify(answer)).not.toContain('agpt_secret');
	});

	it('says so when no answer comes', () => {
		expect(standardAnswer()).toMatchObject({
			status: 400,
			body: { error_description: expect.stringMatching(NOTHING) },
		});
	});

	it('tells n8n how long a token lasts', () => {
		const tokens = {
			access_token: 'agpt_xt_1',
			access_token_expires_at: '2026-10-20T10:00:00Z',
			scopes: ['IDENTITY', 'READ_RUN'],
		};
		const headers = { date: 'Tue, 20 Oct 2026 09:00:00 GMT' };
		const answer = standardAnswer({ status: 200, body: JSON.stringify(tokens), headers });
		expect(answer).toMatchObject({
			status: 200,
			body: { access_token: 'agpt_xt_1', expires_in: 3600, scope: 'IDENTITY READ_RUN' },
		});
	});
});
