import { CredentialTestContext } from 'n8n-core';

import { askTokenEndpoint } from '../../client/http/tokenEndpoint';
import { read } from '../../nodes/shared/credentialProbe';
import { openStageClient } from '../harness/client.cts';
import { startAnswering, type AnsweringServer } from '../harness/answeringServer.cts';
import { setStage, type Stage } from '../harness/account.cts';
import { MemoryCredentials } from '../harness/credentials.cts';
import { additionalData } from '../harness/engine.cts';

const TIMEOUT_MS = 300;
/** Far below n8n's own end of such a request, which never comes. */
const AT_MOST_MS = 5_000;

describe('A response that drips for ever ends at the time limit', () => {
	let stage: Stage;
	let server: AnsweringServer;

	beforeAll(async () => {
		stage = await setStage();
		server = await startAnswering();
		server.plan = [{ status: 200, headers: {}, body: '', course: 'dripping', delayMs: 0 }];
	});

	afterAll(async () => {
		await server.close();
		await stage.emulator.close();
	});

	const open = async () =>
		await openStageClient(stage, { baseUrl: `${server.origin}/external-api/v2` });

	async function within<T>(task: () => Promise<T>): Promise<T> {
		const began = Date.now();
		try {
			return await task();
		} finally {
			expect(Date.now() - began).toBeLessThan(AT_MOST_MS);
		}
	}

	async function readAll(stream: unknown): Promise<void> {
		for await (const chunk of stream as AsyncIterable<Uint8Array>) expect(chunk).toBeDefined();
	}

	test('of a file that AutoGPT sends itself', async () => {
		const client = await open();
		const { body } = await client.transfer(
			'downloadFile',
			{ file_id: 'file-1' },
			{ encoding: 'stream', timeout: TIMEOUT_MS },
		);
		await expect(within(async () => await readAll(body))).rejects.toThrow();
	});

	test('of what a server says of itself', async () => {
		const client = await open();
		expect(await within(async () => await client.readDescription(TIMEOUT_MS))).toBeUndefined();
	});

	test('of the token endpoint', async () => {
		const { functions } = await open();
		const ask = async () =>
			await askTokenEndpoint(functions, `${server.origin}/api/oauth/token`, {}, TIMEOUT_MS);
		expect(await within(ask)).toBeUndefined();
	});

	test('of the test of a credential', async () => {
		const test = new CredentialTestContext(additionalData(new MemoryCredentials({}), 'test'));
		const ask = async () => await read(test, `${server.origin}/me`, {}, TIMEOUT_MS);
		await expect(within(ask)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
	});

	test('of a file from another host', async () => {
		const client = await open();
		const answer = await client.fetchElsewhere(`${server.origin}/signed/x`, TIMEOUT_MS);
		await expect(
			within(async () => await readAll((answer as { body: unknown }).body)),
		).rejects.toThrow();
	});
});
