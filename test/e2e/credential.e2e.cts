import { CREDENTIAL_TYPE } from '../host/stack.cts';
import { useStack } from './stack.cts';

const WRONG_KEY = 'agpt_wrong_key_that_nobody_made';

describe('Testing the AutoGPT credential in n8n', () => {
	const stack = useStack('credential');

	async function tested(name: string, change: Record<string, string>) {
		const { api, apiKey, emulator } = stack();
		const data = { baseUrl: emulator.baseUrl, apiKey, teamId: '', ...change };
		const { id } = await api.createCredential(name, CREDENTIAL_TYPE, data);
		return await api.testCredential(id);
	}

	test('accepts a right key', async () => {
		expect(await tested('Right', {})).toMatchObject({ status: 'OK' });
	});

	test('refuses a wrong key, without repeating it', async () => {
		const result = await tested('Wrong', { apiKey: WRONG_KEY });
		expect(result.status).toBe('Error');
		expect(result.message).not.toContain(WRONG_KEY);
		expect(stack().n8n.log()).not.toContain(WRONG_KEY);
	});

	test('refuses an address at which no AutoGPT is', async () => {
		const result = await tested('Elsewhere', { baseUrl: `${stack().n8n.url}/external-api/v2` });
		expect(result.status).toBe('Error');
	});

	test('is tested again after the key was changed', async () => {
		const { api, apiKey, credential, emulator } = stack();
		const store = async (key: string) => {
			const data = { baseUrl: emulator.baseUrl, apiKey: key, teamId: '' };
			await api.updateCredential(credential.id, credential.name, CREDENTIAL_TYPE, data);
			return await api.testCredential(credential.id);
		};
		expect(await store(WRONG_KEY)).toMatchObject({ status: 'Error' });
		expect(await store(apiKey)).toMatchObject({ status: 'OK' });
	});
});
