import { isTokenRequest, relayWorkflow, standardAnswer } from '../harness/relay.cts';

const FORM = 'application/x-www-form-urlencoded';
const PAGE = '<html><h1>Not here</h1></html>';

describe('The token relay workflow', () => {
	it('has saving of executions switched off, whatever n8n does by default', () => {
		expect(relayWorkflow.settings).toMatchObject({
			saveDataErrorExecution: 'none',
			saveDataSuccessExecution: 'none',
			saveManualExecutions: false,
			saveExecutionProgress: false,
		});
	});

	it('calls one address, and brings no data and no access of its own', () => {
		const calls = relayWorkflow.nodes.filter(({ type }) => type === 'n8n-nodes-base.httpRequest');
		expect(calls.map(({ parameters }) => parameters.url)).toEqual(['={{ $json.tokenUrl }}']);
		expect(relayWorkflow.pinData).toEqual({});
		expect(relayWorkflow.nodes.every((node) => !('credentials' in node))).toBe(true);
	});

	const client = { client_id: 'a', client_secret: 'b' };

	it('takes token requests', () => {
		const code = { code: 'c', redirect_uri: 'd', code_verifier: 'e' };
		const exchange = { grant_type: 'authorization_code', ...code, ...client };
		const refresh = { grant_type: 'refresh_token', refresh_token: 'f', ...client };
		expect(isTokenRequest(FORM, exchange)).toBe(true);
		expect(isTokenRequest(`${FORM}; charset=utf-8`, refresh)).toBe(true);
		expect(isTokenRequest('application/json', refresh)).toBe(false);
		expect(isTokenRequest(FORM, { ...refresh, client_secret: '' })).toBe(false);
	});

	it.each(['password', 'constructor', '__proto__', 'toString', '', undefined, ['refresh_token']])(
		'refuses the grant type %p',
		(grant_type) => {
			expect(isTokenRequest(FORM, { grant_type, refresh_token: 'f', ...client })).toBe(false);
		},
	);

	it.each([[undefined], [null], ['text'], [[]]])('refuses the body %p', (body) => {
		expect(isTokenRequest(FORM, body)).toBe(false);
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
		[undefined, undefined, 400, 'temporarily_unavailable', NOTHING],
	])('answers %p %p with %i %s', (given, data, status, error, description) => {
		const answer = standardAnswer(given, data);
		expect(answer).toMatchObject({
			status,
			body: { error, error_description: expect.stringMatching(description) },
		});
		expect(JSON.stringify(answer)).not.toContain('agpt_secret');
	});

	it('tells n8n how long a token lasts', () => {
		const tokens = {
			access_token: 'agpt_xt_1',
			access_token_expires_at: '2026-10-20T10:00:00Z',
			scopes: ['IDENTITY', 'READ_RUN'],
		};
		const headers = { date: 'Tue, 20 Oct 2026 09:00:00 GMT' };
		expect(standardAnswer(200, JSON.stringify(tokens), headers)).toMatchObject({
			status: 200,
			body: { access_token: 'agpt_xt_1', expires_in: 3600, scope: 'IDENTITY READ_RUN' },
		});
	});
});
