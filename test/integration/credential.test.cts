import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CredentialTestContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { testApiKey } from '../../nodes/AutoGpt/methods/credentialTest';
import { additionalData } from '../harness/engine.cts';
import { MemoryCredentials } from '../harness/credentials.cts';
import { setStage, type Stage } from '../harness/account.cts';

describe('The test of the API key credential', () => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await setStage();
	});

	afterEach(() => stage.platform.faults.clear());

	afterAll(async () => {
		expect(stage.platform.contractViolations).toEqual([]);
		await stage.platform.close();
	});

	async function tested(data: ICredentialDataDecryptedObject) {
		const context = new CredentialTestContext(additionalData(new MemoryCredentials({}), 'test'));
		const credential = { apiKey: stage.key, baseUrl: stage.platform.baseUrl, ...data };
		return await testApiKey.call(context, {
			id: '1',
			name: 'AutoGPT',
			type: 'autoGptApi',
			data: credential,
		});
	}

	it('names the account', async () => {
		const account = stage.platform.createAccount({ name: 'Grace Hopper', organization: 'Navy' });
		const result = await tested({ apiKey: account.createKey() });
		expect(result).toEqual({ status: 'OK', message: 'Connected as Grace Hopper (Navy)' });
	});

	it.each(['/', '', '/docs'])('puts the address right when it ends in %p', async (ending) => {
		const { status } = await tested({ baseUrl: stage.platform.baseUrl + ending });
		expect(status).toBe('OK');
	});

	it('takes the address without a path, and that of the retired v1', async () => {
		const { origin } = stage.platform;
		expect((await tested({ baseUrl: origin })).status).toBe('OK');
		expect((await tested({ baseUrl: `${origin}/external-api/v1` })).status).toBe('OK');
	});

	it('takes a key without the Identity permission', async () => {
		const apiKey = stage.account.createKey({ scopes: ['RUN_AGENT'] });
		const result = await tested({ apiKey });
		expect(result.status).toBe('OK');
		expect(result.message).toContain('Identity permission');
	});

	it('refuses a wrong key without repeating it', async () => {
		const result = await tested({ apiKey: 'agpt_not_a_key_at_all' });
		expect(result.status).toBe('Error');
		expect(result.message).toContain('did not accept the API key');
		expect(result.message).not.toContain('not_a_key');
	});

	it('explains the limit that follows wrong keys', async () => {
		stage.platform.faults.add({
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

	it('tells a wrong address from a server that is too old', async () => {
		const server = await listen({});
		const wrong = await tested({ baseUrl: urlOf(server) });
		expect(wrong.message).toContain('No AutoGPT API was found');
		server.close();
		const old = await listen({ '/external-api/v1/openapi.json': { paths: {} } });
		expect((await tested({ baseUrl: urlOf(old) })).message).toContain('older than API v2');
		old.close();
	});

	it('tells a page that is no API', async () => {
		stage.platform.faults.add({ kind: { html: 200 } });
		expect((await tested({})).message).toContain('is not the AutoGPT API');
	});

	it('tells a server that cannot be reached, and text that is no address', async () => {
		const away = await tested({ baseUrl: 'http://127.0.0.1:9' });
		expect(away.message).toBe('AutoGPT could not be reached: nothing listens there');
		expect((await tested({ baseUrl: 'not an address' })).message).toContain('is not a web address');
	});

	it('follows no redirect, so that the key stays at home', async () => {
		stage.platform.faults.add({
			kind: { redirect: `${stage.platform.downloadOrigin}/elsewhere` },
		});
		expect((await tested({})).status).toBe('Error');
		expect(stage.platform.downloadRequests).toEqual([]);
	});
});

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
