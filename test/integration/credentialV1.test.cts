import { CredentialTestContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { testApiKey } from '../../nodes/shared/credentialTest';
import { V1_SCOPES } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';
import { MemoryCredentials } from '../harness/credentials.cts';
import { additionalData } from '../harness/engine.cts';

const LATER = 'Run Agent (RUN_AGENT), Read Run (READ_RUN), Read Library (READ_LIBRARY)';

describe('The test of an API key on a server with API v1 only', () => {
	let stage: Stage;

	beforeEach(async () => {
		stage = await setStage({ mode: { version: 'none', v1: 'V7' } });
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations.filter((one) => one.startsWith('v1'))).toEqual([]);
		await stage.emulator.close();
	});

	async function tested(data: ICredentialDataDecryptedObject = {}) {
		const context = new CredentialTestContext(additionalData(new MemoryCredentials({}), 'test'));
		const apiKey = stage.account.createKey({ scopes: [...V1_SCOPES] });
		const credential = { apiKey, baseUrl: stage.emulator.baseUrl, ...data };
		return await testApiKey.call(context, {
			id: '1',
			name: 'AutoGPT',
			type: 'autoGptApi',
			data: credential,
		});
	}

	test.each(['V3', 'V5', 'V7'] as const)('passes, and says what is missing: %s', async (v1) => {
		Object.assign(stage.emulator.mode, { v1 });
		const { status, message } = await tested();
		expect(status).toBe('OK');
		expect(message).toMatch(v1 === 'V3' ? /^The API key works\./ : /^Connected as /);
		expect(message).toContain('This AutoGPT serves only the older API v1');
		expect(message).toContain(`one made now lacks ${LATER}`);
	});

	test.each(['V3', 'V5', 'V7'] as const)('refuses a wrong key: %s', async (v1) => {
		Object.assign(stage.emulator.mode, { v1 });
		const { status, message } = await tested({ apiKey: 'agpt_wrong' });
		expect([status, message]).toEqual([
			'Error',
			expect.stringContaining('AutoGPT did not accept the API key'),
		]);
	});

	test.each([
		['V5' as const, 'Identity (IDENTITY)'],
		['V3' as const, 'Read Graph (READ_GRAPH)'],
	])('names what the key lacks: %s', async (v1, lacks) => {
		Object.assign(stage.emulator.mode, { v1 });
		const apiKey = stage.account.createKey({ scopes: ['READ_BLOCK'] });
		const { status, message } = await tested({ apiKey });
		expect(status).toBe('OK');
		expect(message).toContain(`It lacks ${lacks}.`);
	});

	test('heeds the version that the credential names', async () => {
		expect((await tested({ apiVersion: 'v1' })).status).toBe('OK');
		const paths = stage.emulator.requests.map(({ path }) => path);
		expect(paths).toEqual(['/external-api/v1/me']);
		const { status, message } = await tested({ apiVersion: 'v2' });
		expect(status).toBe('Error');
		expect(message).toContain("Set 'API Version' to Automatic");
	});

	test('asks nothing more where the server has API v2', async () => {
		Object.assign(stage.emulator.mode, { version: 'N' });
		await tested({ apiKey: stage.key });
		expect(stage.emulator.requests.map(({ path }) => path)).toEqual([
			'/external-api/v2/me',
			'/external-api/v2/library/agents?limit=1',
			'/external-api/v2/runs?limit=1',
			'/external-api/v2/openapi.json',
		]);
	});
});
