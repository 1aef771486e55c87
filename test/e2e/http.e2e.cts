import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { LOOPBACK } from '../host/ports.cts';
import { runNode } from '../host/run-node.cts';
import { CREDENTIAL_TYPE } from '../host/stack.cts';
import { useStack } from './stack.cts';

const HTTP_REQUEST = 'n8n-nodes-base.httpRequest';
const VERSIONS = [4.4, 3, 2];

/** Another host, which remembers what it was sent. */
async function startElsewhere() {
	const requests: IncomingHttpHeaders[] = [];
	const server: Server = createServer((request, response) => {
		requests.push(request.headers);
		response.setHeader('Content-Type', 'application/json').end('{"here":"elsewhere"}');
	});
	server.listen(0, LOOPBACK);
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return { url: `http://${LOOPBACK}:${port}/me`, requests, stop: () => server.close() };
}

describe("The AutoGPT credential in n8n's HTTP Request node", () => {
	const stack = useStack('http');
	let elsewhere: Awaited<ReturnType<typeof startElsewhere>>;

	beforeAll(async () => {
		elsewhere = await startElsewhere();
	});

	afterEach(() => stack().emulator.faults.clear());

	afterAll(() => elsewhere?.stop());

	async function request(url: string, typeVersion: number, options: object = {}) {
		const { api, credentials } = stack();
		return await runNode(api, {
			type: HTTP_REQUEST,
			typeVersion,
			parameters: {
				method: 'GET',
				url,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: CREDENTIAL_TYPE,
				options: { ...options },
			},
			credentials,
		});
	}

	const reported = (error: object | undefined) => JSON.stringify(error ?? {});

	test.each(VERSIONS)('signs a request to its own host (version %p)', async (version) => {
		const { apiKey, emulator } = stack();
		const { items, error } = await request(`${emulator.baseUrl}/me`, version);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ user_id: expect.any(String) });
		expect(emulator.requests.at(-1)?.headers['x-api-key']).toBe(apiKey);
	});

	test.each(VERSIONS)('sends nothing to another host (version %p)', async (version) => {
		const { error } = await request(elsewhere.url, version);
		expect(reported(error)).toContain('is not sent to');
		expect(reported(error)).not.toContain(stack().apiKey);
		expect(elsewhere.requests).toEqual([]);
	});

	test.each(VERSIONS)(
		'takes no detour over a proxy or another host (version %p)',
		async (version) => {
			const { emulator, apiKey } = stack();
			const proxied = await request(`${emulator.baseUrl}/me`, version, { proxy: elsewhere.url });
			expect(reported(proxied.error)).toContain("Remove the option 'Proxy'");
			expect(reported(proxied.error)).not.toContain(apiKey);
			expect(elsewhere.requests).toEqual([]);
		},
	);

	test.each(VERSIONS)('follows no redirect to another host (version %p)', async (version) => {
		const { emulator, apiKey } = stack();
		emulator.faults.add({ path: /\/me$/, kind: { redirect: elsewhere.url } });
		const follow = { redirect: { redirect: { followRedirects: true, maxRedirects: 5 } } };
		const { error } = await request(`${emulator.baseUrl}/me`, version, follow);
		expect(reported(error)).toContain('302');
		expect(reported(error)).not.toContain(apiKey);
		expect(elsewhere.requests).toEqual([]);
	});

	test('signs no page that pagination takes from another host', async () => {
		const { error } = await request(`${stack().emulator.baseUrl}/me`, 4.4, {
			pagination: {
				pagination: {
					paginationMode: 'responseContainsNextURL',
					nextURL: elsewhere.url,
					limitPagesFetched: true,
					maxRequests: 2,
				},
			},
		});
		expect(reported(error)).toContain('is not sent to');
		expect(elsewhere.requests).toEqual([]);
	});

	test("goes nowhere when the credential's owner forbids the node", async () => {
		const { api, emulator, apiKey } = stack();
		const data = { baseUrl: emulator.baseUrl, apiKey, allowedHttpRequestDomains: 'none' };
		const closed = await api.createCredential('Closed', CREDENTIAL_TYPE, data);
		const { error } = await runNode(api, {
			type: HTTP_REQUEST,
			typeVersion: 4.4,
			parameters: {
				url: `${emulator.baseUrl}/me`,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: CREDENTIAL_TYPE,
				options: {},
			},
			credentials: { [CREDENTIAL_TYPE]: closed },
		});
		expect(reported(error)).toContain('prevent use within an HTTP Request');
	});

	test('leaves the key out of the executions and the log', () => {
		const { apiKey, n8n, emulator } = stack();
		expect(n8n.log()).not.toContain(apiKey);
		expect(emulator.contractViolations).toEqual([]);
	});
});
