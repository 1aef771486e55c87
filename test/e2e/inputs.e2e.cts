import { join } from 'node:path';

import { rl } from '../harness/locator.cts';
import { openEditor, screenshot } from '../host/editor.cts';
import { mapperFields } from '../host/loaders.cts';
import { hostRoot } from '../host/paths.cts';
import { runNode } from '../host/run-node.cts';
import { AUTOGPT_NODE } from '../host/stack.cts';
import { chain } from '../host/workflow.cts';
import { credentialAgent, everyInputAgent, greetingAgent } from '../emulator/agents.ts';
import { useStack } from './stack.cts';

const pickedAgent = (value: string) => ({ ...rl(value, 'list'), cachedResultName: 'Agent' });

describe('The form of an agent', () => {
	const stack = useStack('inputs');

	test('is drawn by the editor from what the agent takes', async () => {
		const { account, api, credentials, n8n } = stack();
		const { agentId } = account.createAgent(everyInputAgent);
		const parameters = {
			resource: 'agent',
			operation: 'runAndWait',
			agentId: pickedAgent(agentId),
		};
		const workflow = await api.createWorkflow(
			chain('Form', [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'Agent', type: AUTOGPT_NODE, parameters, credentials },
			]),
		);
		const editor = await openEditor(n8n);
		try {
			const { page } = editor;
			await editor.openWorkflow(workflow.id);
			await editor.openNode('Agent');
			const form = page.getByTestId('resource-mapper-container');
			await form.getByText('Topic *', { exact: true }).waitFor();
			for (const label of [
				'Who *',
				'Mood',
				'Due *',
				'Document (file or URL) *',
				'Rows (rows with City) *',
			]) {
				await form.getByText(label, { exact: true }).waitFor();
			}
			expect(await form.getByText('Copies (advanced)', { exact: true }).isVisible()).toBe(false);
			expect(await form.getByText('Sheet').count()).toBe(0);
			await screenshot(page, join(hostRoot, 'e2e', 'inputs', 'form.png'));
		} finally {
			await editor.close();
		}
	});

	test("is filled in and run by mouse for a graph pasted as its builder's address", async () => {
		const { account, api, credentials, emulator, n8n } = stack();
		const { graphId } = account.createAgent(greetingAgent);
		const before = account.runs().length;
		const workflow = await api.createWorkflow(
			chain('Graph', [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'Graph', type: AUTOGPT_NODE, parameters: {}, credentials },
			]),
		);
		const editor = await openEditor(n8n);
		try {
			const { page } = editor;
			const choose = async (field: string, name: string) => {
				await page.getByTestId(`parameter-input-${field}`).click();
				// Descriptions of other options have such words, too.
				const label = page.getByText(name, { exact: true });
				await page.getByRole('option').filter({ has: label }).first().click();
			};
			await editor.openWorkflow(workflow.id);
			await editor.openNode('Graph');
			await choose('resource', 'Graph');
			await choose('operation', 'Run and Wait');
			const locator = page.getByTestId('resource-locator-graphId');
			await locator.getByTestId('rlc-mode-selector').click();
			await page.getByTestId('mode-url').click();
			const field = locator.getByTestId('rlc-input-container').locator('input');
			await field.fill(`${emulator.webUrl}/build?flowID=${graphId}&flowVersion=1`);
			await page.keyboard.press('Tab');
			const form = page.getByTestId('resource-mapper-container');
			await form.getByText('Name *').waitFor();
			await form.locator('input').first().fill('Ada');
			await page.getByTestId('node-execute-button').click();
			await page.getByText('Hello, Ada!').first().waitFor();
			await screenshot(page, join(hostRoot, 'e2e', 'inputs', 'pasted address.png'));
		} finally {
			await editor.close();
		}
		expect(account.runs()).toHaveLength(before + 1);
	});

	test('has the credentials that fit', async () => {
		const { account, api, credentials } = stack();
		const { agentId } = account.createAgent(credentialAgent);
		account.addCredential({ provider: 'openai', title: 'Mine' });
		account.addCredential({ provider: 'anthropic', title: 'Claude' });
		const { fields } = await mapperFields(api, {
			type: AUTOGPT_NODE,
			method: 'getAgentInputs',
			parameter: 'inputs',
			parameters: { authentication: 'apiKey', resource: 'agent', agentId: pickedAgent(agentId) },
			credentials,
		});
		expect(fields).toMatchObject([
			{ id: 'prompt' },
			{
				type: 'options',
				options: [
					{ name: 'Claude (anthropic, API key)' },
					{ name: 'Mine (openai, API key)' },
					{ name: 'None' },
				],
			},
		]);
	});

	test('reaches the agent, file and all', async () => {
		const { account, api, credentials } = stack();
		const { agentId } = account.createAgent(everyInputAgent);
		const value = {
			topic: '={{ $json }}',
			who: 'Ada',
			brief: 'Long',
			due: '={{ $now }}',
			at: '09:30',
			doc: 'https://example.com/a.pdf',
			rows: '=[{"City":"Riga"}]',
		};
		const inputs = { mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] };
		const result = await runNode(api, {
			type: AUTOGPT_NODE,
			parameters: {
				resource: 'agent',
				operation: 'runAndWait',
				agentId: pickedAgent(agentId),
				inputsMode: 'form',
				inputs: inputs as never,
			},
			credentials,
			items: [{ deep: 1 }],
		});
		expect(result.error).toBeUndefined();
		expect(result.items[0]?.json.outputs).toMatchObject({
			topic: { deep: 1 },
			due: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
			at: '09:30:00',
			rows: [{ City: 'Riga' }],
		});
	});
});
