import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CredentialTestContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { CLOUD_BASE_URL, platformAddress } from '../../client/connection/baseUrl';
import { resultOfSilence, testApiKey } from '../../nodes/shared/credentialTest';
import type { Scope } from '../emulator/index.cts';
import { additionalData } from '../harness/engine.cts';
import { MemoryCredentials } from '../harness/credentials.cts';
import { setStage, type Stage } from '../harness/account.cts';

describe('The test of the API key credential', () => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await setStage();
	});

	afterEach(() => stage.emulator.faults.clear());

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	async function tested(data: ICredentialDataDecryptedObject) {
		const context = new CredentialTestContext(additionalData(new MemoryCredentials({}), 'test'));
		const credential = { apiKey: stage.key, baseUrl: stage.emulator.baseUrl, ...data };
		return await testApiKey.call(context, {
			id: '1',
			name: 'AutoGPT',
			type: 'autoGptApi',
			data: credential,
		});
	}

	it('names the account', async () => {
		const account = stage.emulator.createAccount({ name: 'Grace Hopper', organization: 'Navy' });
		const result = await tested({ apiKey: account.createKey() });
		expect(result).toEqual({ status: 'OK', message: 'Connected as Grace Hopper (Navy)' });
	});

	it.each([
		[{ name: null, email: null, user_id: 'u-1', organization: { name: 'Acme' } }, 'u-1 (Acme)'],
		[{ name: null, email: 'a@b.example', user_id: 'u-1' }, 'a@b.example'],
		[{ name: null, email: null, user_id: 'u-1', organization: null }, 'u-1'],
	])('names an account that says little of itself: %j', async (body, name) => {
		stage.emulator.faults.add({ kind: { status: 200, body } });
		expect(await tested({})).toEqual({ status: 'OK', message: `Connected as ${name}` });
	});

	it('reads a key without what was copied around it, as the node does', async () => {
		const apiKey = `\u200b ${stage.key}\u00a0`;
		expect((await tested({ apiKey })).status).toBe('OK');
		const list = { resource: 'agent', operation: 'getMany' };
		expect((await stage.run(list, { key: apiKey })).error).toBeUndefined();
	});

	it('refuses a key with letters that no key has, as the node does', async () => {
		const apiKey = `${stage.key}é`;
		const { status, message } = await tested({ apiKey });
		expect({ status, message }).toMatchObject({ status: 'Error' });
		expect(message).toContain('Copy it once more');
		const list = { resource: 'agent', operation: 'getMany' };
		const { error } = await stage.run(list, { key: apiKey });
		expect(error?.message).toContain('Copy it once more');
	});

	it.each(['/', '', '/docs'])('puts the address right when it ends in %p', async (ending) => {
		const { status } = await tested({ baseUrl: stage.emulator.baseUrl + ending });
		expect(status).toBe('OK');
	});

	it('takes the address without a path, and that of the retired v1', async () => {
		const { origin } = stage.emulator;
		expect((await tested({ baseUrl: origin })).status).toBe('OK');
		expect((await tested({ baseUrl: `${origin}/external-api/v1` })).status).toBe('OK');
	});

	it.each<[Scope[], string]>([
		[['RUN_AGENT', 'READ_LIBRARY', 'READ_RUN'], 'Identity (IDENTITY)'],
		[['RUN_AGENT', 'READ_RUN'], 'Identity (IDENTITY), Read Library (READ_LIBRARY)'],
		[['READ_LIBRARY'], 'Identity (IDENTITY), Read Run (READ_RUN)'],
	])('takes a key with %j and names what it lacks', async (scopes, lacks) => {
		const result = await tested({ apiKey: stage.account.createKey({ scopes }) });
		expect(result).toEqual({
			status: 'OK',
			message: `The API key works. The key lacks ${lacks}.`,
		});
	});

	it('names the account and what the key lacks', async () => {
		const account = stage.emulator.createAccount({ name: 'Grace Hopper', organization: 'Navy' });
		const apiKey = account.createKey({ scopes: ['IDENTITY', 'READ_RUN'] });
		expect(await tested({ apiKey })).toEqual({
			status: 'OK',
			message: 'Connected as Grace Hopper (Navy). The key lacks Read Library (READ_LIBRARY).',
		});
	});

	it.each<[Scope[]]>([[['READ_CREDITS']], [['WRITE_FILES', 'READ_SCHEDULE']]])(
		'refuses a key with %j, with which nearly nothing works, and says what it lacks',
		async (scopes) => {
			const { status, message } = await tested({ apiKey: stage.account.createKey({ scopes }) });
			expect(status).toBe('Error');
			expect(message).toContain(
				'It lacks Identity (IDENTITY), Read Library (READ_LIBRARY), Read Run (READ_RUN).',
			);
			expect(message).toContain(`make a new key at ${stage.emulator.webUrl}/settings/api-keys`);
			expect(message).toContain('Run Agent (RUN_AGENT)');
		},
	);

	it('changes nothing and starts nothing', async () => {
		const before = stage.emulator.requests.length;
		await tested({});
		const sent = stage.emulator.requests.slice(before);
		expect(sent.length).toBeGreaterThan(0);
		expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
	});

	it('asks for an empty key without sending it', async () => {
		const before = stage.emulator.requests.length;
		const { status, message } = await tested({ apiKey: ' ' });
		expect(status).toBe('Error');
		expect(message).toContain('The API Key is empty. Make one at');
		expect(stage.emulator.requests.length).toBe(before);
	});

	it('says what an older server lacks, and nothing of one that has all', async () => {
		expect((await tested({})).message).not.toContain('This AutoGPT lacks');
		stage.emulator.mode.version = 'O2';
		const { status, message } = await tested({});
		stage.emulator.mode.version = 'N';
		expect(status).toBe('OK');
		expect(message).toContain('This AutoGPT lacks: schedules, files.');
	});

	it('refuses a wrong key without repeating it', async () => {
		const result = await tested({ apiKey: 'agpt_not_a_key_at_all' });
		expect(result.status).toBe('Error');
		expect(result.message).toContain('did not accept the API key');
		expect(result.message).not.toContain('not_a_key');
	});

	it('explains the limit that follows wrong keys', async () => {
		stage.emulator.faults.add({
			kind: {
				status: 429,
				headers: { 'Retry-After': '30' },
				body: { error: { code: 'rate_limit_exceeded', message: 'Slow down', details: null } },
			},
		});
		expect((await tested({})).message).toContain('may be wrong');
	});

	it('names a team that the key may not act in', async () => {
		const result = await tested({ teamId: '00000000-0000-0000-0000-000000000000' });
		expect(result.status).toBe('Error');
		expect(result.message).toContain('Team ID');
	});

	it('takes a key for a team that lacks the Identity permission, and names a wrong team', async () => {
		const apiKey = stage.account.createKey({ scopes: ['RUN_AGENT', 'READ_RUN', 'READ_LIBRARY'] });
		const good = await tested({ apiKey, teamId: stage.account.createTeam() });
		expect(good).toEqual({
			status: 'OK',
			message: expect.stringContaining('lacks Identity (IDENTITY)'),
		});
		const wrong = await tested({ apiKey, teamId: '00000000-0000-0000-0000-000000000000' });
		expect(wrong.status).toBe('Error');
		expect(wrong.message).toContain('may not act in this team');
	});

	it.each([
		['a page with status 403', { html: 403 }],
		['an empty answer with status 403', { empty: 403 }],
		['a page with status 401', { html: 401 }],
		['JSON of a gateway with status 403', { status: 403, body: { message: 'Forbidden' } }],
		['JSON of a gateway with status 401', { status: 401, body: { message: 'Unauthorized' } }],
	])('takes %s for no word of AutoGPT', async (_, kind) => {
		stage.emulator.faults.add({ times: 2, kind });
		const result = await tested({});
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(
			/^Something between n8n and AutoGPT refused the request \(status 40[13]\)\. Look at/,
		);
		expect(result.message).toContain("let n8n's requests through to AutoGPT");
		const inTeam = await tested({ teamId: 'a-team' });
		expect(inTeam.message).toBe(result.message);
	});

	it.each([
		['a page with status 502', { html: 502 }, 502],
		['a gateway with status 429', { status: 429, body: { message: 'Slow down' } }, 429],
	])('says that something in between answers: %s', async (_, kind, status) => {
		stage.emulator.faults.add({ kind });
		const { message } = await tested({});
		expect(message).toContain('Something between n8n and AutoGPT');
		expect(message).toContain(`status ${status}`);
		expect(message).not.toContain('API key may be wrong');
	});

	it('reads a key with many spaces in it without delay', async () => {
		const began = performance.now();
		const apiKey = `agpt_x${' '.repeat(100_000)}x`;
		expect((await tested({ apiKey })).message).toContain('holds a space');
		expect(performance.now() - began).toBeLessThan(1_000);
	});

	it('takes the refusal of an older server', async () => {
		stage.emulator.faults.add({ kind: { status: 403, body: { detail: 'Missing IDENTITY' } } });
		expect((await tested({})).status).toBe('OK');
	});

	it('separates a wrong address from a server that is too old', async () => {
		const server = await listen({});
		const wrong = await tested({ baseUrl: urlOf(server) });
		expect(wrong.message).toContain('No AutoGPT API was found');
		server.close();
		const first = { '/v1/blocks': {}, '/v1/graphs/{graph_id}/execute': {} };
		const old = await listen({ '/external-api/openapi.json': { paths: first } });
		expect((await tested({ baseUrl: urlOf(old) })).message).toContain('first form of API v1');
		old.close();
		const v2 = { '/external-api/v2/runs': {} };
		const early = await listen({ '/external-api/v2/openapi.json': { paths: v2 } });
		expect((await tested({ baseUrl: urlOf(early) })).message).toContain('early form of the API v2');
		early.close();
		const paths = { '/pets': {}, '/pets/{id}': {} };
		const other = await listen({
			'/external-api/openapi.json': { paths },
			'/external-api/v2/openapi.json': { paths },
		});
		const unknown = await tested({ baseUrl: urlOf(other) });
		expect(unknown.message).toContain('No AutoGPT API was found');
		other.close();
	});

	it.each([
		[
			'500',
			'could not carry out the request (status 500)',
			{ raw: { status: 500, body: 'Internal Server Error' } },
		],
		[
			'422',
			'AutoGPT did not accept the request',
			{ status: 422, body: { error: { code: 'validation_error', message: 'No', details: null } } },
		],
	])('says that AutoGPT itself refused: with status %s', async (_, words, kind) => {
		stage.emulator.faults.add({ kind });
		const { message } = await tested({});
		expect(message).toContain(words);
		expect(message).not.toContain('is not the address');
	});

	it.each(['v2', 'v1'])(
		'names the address to put in where AutoGPT %s is at https',
		async (version) => {
			const { baseUrl } = stage.emulator;
			const at = baseUrl.replace('/v2', `/${version}`);
			const secure = at.replace('http:', 'https:');
			stage.emulator.faults.add({ kind: { redirect: `${secure}/me?x=s3cret` } });
			const { message } = await tested({ apiVersion: version });
			expect(message).toContain(`AutoGPT is not at ${at} but at ${secure}`);
			expect(message).not.toContain('s3cret');
		},
	);

	it('names the login page to which it is sent', async () => {
		const redirect = 'https://login.example.org/?token=s3cret';
		stage.emulator.faults.add({ kind: { redirect } });
		const { message } = await tested({});
		expect(message).toContain('A redirect to https://login.example.org/, such as to a login page');
		expect(message).toContain('status 302');
		expect(message).not.toContain('s3cret');
	});

	it('recognises a page that is no API', async () => {
		stage.emulator.faults.add({ kind: { html: 200 } });
		expect((await tested({})).message).toContain('this is not the address of the AutoGPT API');
	});

	const DOCKER = "is n8n's own container: use host.docker.internal";

	it.each([
		[
			'nothing listens',
			'http://127.0.0.1:9',
			'http://127.0.0.1:9',
			['nothing listens there', DOCKER],
		],
		['nothing listens', 'http://localhost:9/', 'http://localhost:9', ['nothing listens', DOCKER]],
		['nothing listens', 'http://[::1]:9', 'http://[::1]:9', [DOCKER]],
		['no such host', 'http://no.such.host.invalid', 'http://no.such.host.invalid', ['not known']],
	])('names the address where %s: %s', async (_, baseUrl, shown, parts) => {
		const { status, message } = await tested({ baseUrl });
		expect(status).toBe('Error');
		expect(message).toContain(`AutoGPT could not be reached at ${shown}/external-api/v2: `);
		for (const part of parts) expect(message).toContain(part);
		expect(message.includes(DOCKER)).toBe(parts.includes(DOCKER));
	});

	it('takes https at a server that speaks http for what it is', async () => {
		const { host } = new URL(stage.emulator.baseUrl);
		const { message } = await tested({ baseUrl: `https://${host}` });
		expect(message).toContain(
			`reached at https://${host}/external-api/v2: it does not speak https`,
		);
		expect(message).toContain(`begin with http://${host}`);
	});

	it.each(['127.0.0.1:39439', 'localhost:8006', 'autogpt.example.com/external-api/v2'])(
		'asks for https:// or http:// in front of %s',
		async (baseUrl) => {
			expect(await tested({ baseUrl })).toEqual({
				status: 'Error',
				message: `The Base URL '${baseUrl}' begins with neither https:// nor http://. Put the right one in front of it, e.g. http://${baseUrl}`,
			});
		},
	);

	it.each(['', '  '])('takes the empty Base URL %j for AutoGPT Cloud, and says so', (given) => {
		const address = platformAddress(given);
		expect(address.baseUrl).toBe(CLOUD_BASE_URL);
		expect(resultOfSilence(noSuchHost(), given, address.baseUrl).message).toContain(
			`AutoGPT could not be reached at ${CLOUD_BASE_URL}: its host name is not known. An empty Base URL stands for AutoGPT Cloud.`,
		);
	});

	it('recognises text that is no address', async () => {
		expect((await tested({ baseUrl: 'not an address' })).message).toBe(
			`The Base URL 'not an address' is not a web address. For AutoGPT Cloud it is ${CLOUD_BASE_URL}`,
		);
		expect((await tested({ webUrl: 'no page' })).message).toBe(
			"The Web App URL 'no page' is not a web address. For AutoGPT Cloud it is https://platform.agpt.co",
		);
	});

	it('follows no redirect, so that the key stays at home', async () => {
		stage.emulator.faults.add({
			kind: { redirect: `${stage.emulator.downloadOrigin}/elsewhere` },
		});
		expect((await tested({})).status).toBe('Error');
		expect(stage.emulator.downloadRequests).toEqual([]);
	});
});

/** What Node says of a host that nobody knows; tests must not ask for AutoGPT Cloud. */
function noSuchHost(): Error {
	return Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
}

/** A server of another kind: it knows these paths and nothing else. */
async function listen(answers: Record<string, unknown>): Promise<Server> {
	const server = createServer((request, response) => {
		const answer = answers[request.url ?? ''];
		response.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' });
		response.end(answer ? JSON.stringify(answer) : '<html>Not here</html>');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}

function urlOf(server: Server): string {
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
