import { join } from 'node:path';

import { greetingAgent } from '../emulator/agents';
import { openEditor, screenshot } from '../host/editor.cts';
import { hostRoot } from '../host/paths.cts';
import { useStack } from './stack.cts';

const pictures = join(hostRoot, 'e2e', 'firstHour');

describe('The first hour with the package', () => {
	const stack = useStack('firstHour');

	test('leads from an n8n with the package to "Hello, Ada!" by mouse and keys', async () => {
		const { n8n, api, apiKey, account, credential, emulator } = stack();
		// A newcomer has no credential yet.
		await api.deleteCredential(credential.id);
		account.createAgent(greetingAgent);
		const editor = await openEditor(n8n);
		const { page } = editor;
		const steps: Array<[string, number]> = [];
		const step = async (name: string, act: () => Promise<void>) => {
			const start = Date.now();
			await act();
			steps.push([name, Date.now() - start]);
			await screenshot(page, join(pictures, `${steps.length} ${name}.png`));
		};
		try {
			await editor.goTo('/home/workflows', 'new-workflow-card');
			await step('new workflow', async () => {
				await page.getByTestId('new-workflow-card').click();
				await page.getByTestId('canvas-add-button').click();
			});
			await step('find the node', async () => {
				await editor.addNode('autogpt', 'AutoGPT');
			});
			await step('make the credential', async () => {
				await page.getByRole('button', { name: 'Connect to AutoGPT' }).click();
				const dialog = page.getByTestId('credential-edit-dialog');
				const field = (name: string) =>
					dialog.getByTestId(`parameter-input-${name}`).locator('input').first();
				await field('apiKey').fill(apiKey);
				await field('baseUrl').fill(emulator.baseUrl);
				await page.getByRole('button', { name: 'Save', exact: true }).click();
				// n8n closes the dialog once its test has passed.
				await dialog.waitFor({ state: 'hidden' });
			});
			await step('pick the agent', async () => {
				await page.getByTestId('resource-locator-agentId').click();
				await page.getByText('Greeting agent').click();
			});
			await step('fill the form', async () => {
				const form = page.getByTestId('resource-mapper-container');
				await form.getByText('Name *').waitFor();
				await form.locator('input').first().fill('Ada');
			});
			await step('execute', async () => {
				await page.getByTestId('node-execute-button').click();
				await page.getByText('Hello, Ada!').first().waitFor();
			});
		} finally {
			await screenshot(page, join(pictures, 'last.png'));
			await editor.close();
		}
		const minutes = steps.reduce((sum, [, ms]) => sum + ms, 0) / 60_000;
		const lines = steps.map(([name, ms]) => `  ${name}: ${(ms / 1000).toFixed(1)} s`);
		console.log(`From n8n to "Hello, Ada!": ${minutes.toFixed(1)} minutes\n${lines.join('\n')}`);
		expect(account.runs()).toHaveLength(1);
	});
});
