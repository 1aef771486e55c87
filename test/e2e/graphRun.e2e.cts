import { join } from 'node:path';

import { greetingAgent } from '../emulator/agents';
import { openEditor, screenshot } from '../host/editor.cts';
import { hostRoot } from '../host/paths.cts';
import { AUTOGPT_NODE } from '../host/stack.cts';
import { chain } from '../host/workflow.cts';
import { useStack } from './stack.cts';

const pictures = join(hostRoot, 'e2e', 'graphRun');

describe('A graph by its address in the builder', () => {
	const stack = useStack('graphRun');

	test('is run by mouse and keys: pasted, its form filled in, executed', async () => {
		const { account, api, credentials, emulator, n8n } = stack();
		const { graphId } = account.createAgent(greetingAgent);
		const workflow = await api.createWorkflow(
			chain('Graph', [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'AutoGPT', type: AUTOGPT_NODE, parameters: {}, credentials },
			]),
		);
		const editor = await openEditor(n8n);
		const { page } = editor;
		const choose = async (field: string, name: string) => {
			await page.getByTestId(`parameter-input-${field}`).click();
			// Descriptions of other options have such words, too.
			const label = page.getByText(name, { exact: true });
			await page.getByRole('option').filter({ has: label }).first().click();
		};
		try {
			await editor.openWorkflow(workflow.id);
			await editor.openNode('AutoGPT');
			await choose('resource', 'Graph');
			await choose('operation', 'Run and Wait');
			const locator = page.getByTestId('resource-locator-graphId');
			await locator.getByTestId('rlc-mode-selector').click();
			await page.getByTestId('mode-url').click();
			const field = locator.getByTestId('rlc-input').locator('input');
			await field.fill(`${emulator.webUrl}/library/agents/some-agent`);
			await page.keyboard.press('Tab');
			await screenshot(page, join(pictures, 'library address.png'));
			await field.fill(`${emulator.webUrl}/build?flowID=${graphId}&flowVersion=1`);
			await page.keyboard.press('Tab');
			const form = page.getByTestId('resource-mapper-container');
			await form.getByText('Name *').waitFor();
			await form.locator('input').first().fill('Ada');
			await screenshot(page, join(pictures, 'form.png'));
			await page.getByTestId('node-execute-button').click();
			await page.getByText('Hello, Ada!').first().waitFor();
		} finally {
			await screenshot(page, join(pictures, 'last.png'));
			await editor.close();
		}
		expect(account.runs()).toHaveLength(1);
	});
});
