import { greetingAgent } from '../emulator/agents';
import { openEditor, type Editor } from '../host/editor.cts';
import { guidePicture } from '../host/guidePicture.cts';
import { greet } from '../host/greeting.cts';
import { AUTOGPT_NODE, PACKAGE_NAME } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { chain } from '../host/workflow.cts';
import { useStack } from './stack.cts';

/** Agents between two that a search finds: more than twenty pages of them. */
const AGENTS_IN_BETWEEN = 2_100;

describe('A newcomer in the editor', () => {
	const stack = useStack('editor');

	/** A workflow in which the AutoGPT node was only just dropped. */
	async function storeBareNode(name: string) {
		const { api, credentials } = stack();
		return await api.createWorkflow(
			chain(name, [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'AutoGPT', type: AUTOGPT_NODE, parameters: {}, credentials },
			]),
		);
	}

	test('opens the greeting workflow, runs it and sees the greeting', async () => {
		const { n8n } = stack();
		const { workflowUrl } = await greet(stack());
		const editor = await openEditor(n8n);
		try {
			const { page } = editor;
			await editor.openWorkflow(workflowUrl.split('/').pop() ?? '');
			await page.getByTestId('execute-workflow-button').first().click();
			await page.getByTestId('canvas-node-status-success').nth(1).waitFor({ timeout: 60_000 });
			await guidePicture(page, 'workflow');
			await editor.openNode('Run greeting agent');
			await page.getByText('Hello, Ada!').first().waitFor();
			await page.getByText('Greeting agent').first().waitFor();
			await guidePicture(page, 'run-and-wait');
		} finally {
			await editor.close();
		}
	});

	test('picks an agent from the list', async () => {
		const { n8n, account } = stack();
		const graph = {
			name: 'Weather poet',
			description: 'Writes about the weather',
			nodes: [],
			links: [],
		};
		account.createAgent(graph);
		const workflow = await storeBareNode('Pick');
		const editor = await openEditor(n8n);
		try {
			const { page } = editor;
			await openAgentList(editor, workflow.id);
			await page.getByText('Weather poet').waitFor();
			await guidePicture(page, 'agent-list');
			await page.getByText('Weather poet').click();
			const chosen = page.getByTestId('resource-locator-agentId').locator('input').last();
			await until(10_000, 'the chosen agent', async () =>
				(await chosen.inputValue()) === 'Weather poet' ? true : undefined,
			);
		} finally {
			await editor.close();
		}
	});

	test('searches the list of agents page by page, and says how far it has come', async () => {
		const { n8n, account } = stack();
		const create = (name: string) =>
			account.createAgent({ name, description: '', nodes: [], links: [] });
		// The first that was created comes first in the list.
		create('Rare agent of old');
		for (let index = 0; index < AGENTS_IN_BETWEEN; index++) create(`Agent ${index}`);
		create('Rare agent of late');
		const workflow = await storeBareNode('Search');
		const editor = await openEditor(n8n);
		try {
			const { page } = editor;
			await openAgentList(editor, workflow.id);
			const search = page.getByTestId('rlc-search');
			await search.fill('rare agent');
			await page.getByText('Rare agent of old').waitFor();
			await page.getByText(/Searched 2,000 of 2,\d+/).waitFor();
			expect(await page.getByText('Rare agent of late').count()).toBe(0);
			await search.click();
			await page.keyboard.press('End');
			await page.keyboard.press('Space');
			await page.getByText('Rare agent of late').waitFor();
			await page.getByText('Rare agent of old').waitFor();
			// Where the list can be scrolled, the mouse wheel goes on.
			await search.fill('agent 1');
			await page.getByText('Agent 19', { exact: true }).waitFor();
			const before = await page.getByText(/^Agent 1/).count();
			await page.getByText('Agent 19', { exact: true }).hover();
			await until(20_000, 'more agents', async () => {
				await page.mouse.wheel(0, 2_000);
				return (await page.getByText(/^Agent 1/).count()) > before ? true : undefined;
			});
		} finally {
			await editor.close();
		}
	});

	test('sets up the trigger and fetches an event to build with', async () => {
		const { n8n, api, credentials, account } = stack();
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const run = account.startRun(agentId, { name: 'Ada' });
		account.finishRun(run, 'COMPLETED', { greeting: ['Hello from the trigger!'] });
		const workflow = await api.createWorkflow(
			chain('Woken by AutoGPT', [
				{
					name: 'AutoGPT Trigger',
					type: `${PACKAGE_NAME}.autoGptTrigger`,
					parameters: { agents: { agent: [{ agentId: listed(agentId, 'Greeting agent') }] } },
					credentials,
				},
				{ name: 'Done', type: 'n8n-nodes-base.noOp' },
			]),
		);
		const editor = await openEditor(n8n);
		try {
			const { page } = editor;
			await editor.openWorkflow(workflow.id);
			await editor.openNode('AutoGPT Trigger');
			await page.getByTestId('trigger-execute-button').click();
			await page.getByText('Hello from the trigger!').first().waitFor();
			await guidePicture(page, 'trigger');
		} finally {
			await editor.close();
		}
	});
});

async function openAgentList(editor: Editor, workflowId: string): Promise<void> {
	await editor.openWorkflow(workflowId);
	await editor.openNode('AutoGPT');
	await editor.page.getByTestId('resource-locator-agentId').click();
}

function listed(value: string, name: string) {
	return { __rl: true, mode: 'list', value, cachedResultName: name };
}
