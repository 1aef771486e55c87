import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';

import { signWithApiKey } from '../../client/connection/signing';
import { greetingAgent } from '../emulator/agents';
import { runAndWait, setStage, type Stage } from '../harness/account.cts';
import type { NodeRunResult } from '../harness/engine.cts';

type Fault = Parameters<Stage['emulator']['faults']['add']>[0]['kind'];

/** Everything that n8n would store of an execution, hidden and nested things included. */
function everythingIn(result: NodeRunResult): string {
	return inspect(result, {
		depth: Infinity,
		showHidden: true,
		maxStringLength: Infinity,
		maxArrayLength: Infinity,
	});
}

/** What n8n's own log says, down to debug level. */
function logged(): string {
	return readFileSync(process.env.N8N_LOG_FILE_LOCATION ?? '', 'utf8');
}

describe('Keys stay where they belong', () => {
	let stage: Stage;
	let agentId: string;

	beforeAll(async () => {
		stage = await setStage();
		agentId = stage.account.createAgent(greetingAgent).agentId;
	});

	afterEach(() => stage.emulator.faults.clear());

	afterAll(async () => {
		await stage.emulator.close();
	});

	const echo = (key: string) => ({
		error: { code: 'bad_request', message: `You sent ${key}`, details: null },
	});

	const faults: Array<[string, (key: string) => Fault]> = [
		['nothing', () => ({ delayMs: 0 })],
		['an answer that echoes the key', (key) => ({ status: 400, body: echo(key) })],
		[
			'a 422 that echoes the key',
			(key) => ({
				status: 422,
				body: {
					error: {
						code: 'validation_error',
						message: 'No',
						details: { errors: [{ type: 'x', loc: ['header', key], msg: key, input: key }] },
					},
				},
			}),
		],
		['an older server that echoes the key', (key) => ({ status: 400, body: { detail: key } })],
		[
			'a wrong key',
			() => ({
				status: 401,
				body: { error: { code: 'unauthorized', message: 'No', details: null } },
			}),
		],
		['HTML', () => ({ html: 200 })],
		['a redirect', () => ({ redirect: `${stage.emulator.downloadOrigin}/elsewhere` })],
		['half an answer', () => ({ truncated: 200 })],
		['a cut connection', () => ({ before: 'drop' })],
	];

	it.each(faults)(
		'in %s',
		async (_, kind) => {
			for (const onError of [
				'stopWorkflow',
				'continueRegularOutput',
				'continueErrorOutput',
			] as const) {
				stage.emulator.faults.clear();
				const key = stage.account.createKey();
				stage.emulator.faults.add({ times: 100, kind: kind(key) });
				const parameters = runAndWait(agentId, { name: 'Ada' });
				const result = await stage.run(parameters, { key, settings: { onError } });
				expect(result.run.finished ?? result.error).toBeDefined();
				expect(everythingIn(result)).not.toContain(key);
				expect(logged()).not.toContain(key);
			}
			expect(stage.emulator.downloadRequests).toEqual([]);
		},
		60_000,
	);

	it('reach the emulator in X-API-Key and nowhere else', async () => {
		const key = stage.account.createKey();
		const before = stage.emulator.requests.length;
		await stage.run(runAndWait(agentId, { name: 'Ada' }), { key });
		const requests = stage.emulator.requests.slice(before);
		expect(requests.length).toBeGreaterThan(2);
		for (const { headers, path, body } of requests) {
			const { 'x-api-key': sent, ...others } = headers;
			expect(sent).toBe(key);
			expect(JSON.stringify([others, path, body])).not.toContain(key);
		}
	});

	it.each([
		['url', { url: 'https://example.org/me' }],
		['uri, as the HTTP Request node writes it', { url: undefined, uri: 'https://example.org/me' }],
		['base', { url: '/me', baseURL: 'https://example.org' }],
		['another port', { url: 'http://127.0.0.1:1/me' }],
		['no host', { url: '/me' }],
	])('are not signed for another host: %s', (_, request) => {
		const credential = { apiKey: 'agpt_secret', baseUrl: stage.emulator.baseUrl };
		expect(() => signWithApiKey(credential, request as { url: string })).toThrow('is not sent to');
	});

	it.each([
		['a proxy', { proxy: 'http://evil.example:3128' }],
		['a proxy', { proxy: { protocol: 'http', host: 'evil.example', port: 3128 } }],
		["'Host'", { headers: { HOST: 'evil.example' } }],
		['certificate', { skipSslCertificateValidation: true }],
		['certificate', { rejectUnauthorized: false }],
	])('take no detour by %s: %j', (what, options) => {
		const credential = { apiKey: 'agpt_secret', baseUrl: 'https://autogpt.example.com' };
		for (const name of ['url', 'uri']) {
			const request = { [name]: 'https://autogpt.example.com/me', ...options };
			expect(() => signWithApiKey(credential, request as never)).toThrow(what);
		}
	});

	it('may go to a server without TLS, which has no certificate to check', () => {
		const { baseUrl } = stage.emulator;
		const request = { url: `${baseUrl}/me`, rejectUnauthorized: false };
		const signed = signWithApiKey({ apiKey: 'agpt_secret', baseUrl }, request as never);
		expect(signed.headers).toMatchObject({ 'X-API-Key': 'agpt_secret' });
	});

	it('follow no redirect in either kind of request', () => {
		const credential = { apiKey: 'agpt_secret', baseUrl: stage.emulator.baseUrl };
		const own = stage.emulator.baseUrl;
		for (const address of [{ url: own }, { uri: own, followAllRedirects: true }]) {
			expect(signWithApiKey(credential, address as { url: string })).toMatchObject({
				headers: { 'X-API-Key': 'agpt_secret' },
				disableFollowRedirect: true,
				followRedirect: false,
				followAllRedirects: false,
			});
		}
	});
});
