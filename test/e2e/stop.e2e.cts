import { join } from 'node:path';

import { runAndWait } from '../harness/account.cts';
import { openEditor, screenshot, type Editor } from '../host/editor.cts';
import { hostRoot } from '../host/paths.cts';
import { AUTOGPT_NODE } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { chain } from '../host/workflow.cts';
import { greetingAgent } from '../emulator/agents';
import { useStack } from './stack.cts';

const pictures = join(hostRoot, 'e2e', 'stop');
const WAIT_MS = 30_000;

describe('Stop in the editor, while a run goes on', () => {
	const stack = useStack('stop');
	let editor: Editor;

	beforeAll(async () => {
		editor = await openEditor(stack().n8n);
	});

	afterAll(async () => await editor?.close());

	const hint = () => editor.page.getByText('Stop in n8n ends the waiting only');

	/** Executes a workflow by a click, presses Stop once its run goes on, and opens the node. */
	async function stopped(name: string, stopRunsOnCancel: boolean) {
		const { account, api, credentials } = stack();
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const parameters = { ...runAndWait(agentId, { name: 'Ada' }), stopRunsOnCancel };
		const workflow = await api.createWorkflow(
			chain(name, [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'AutoGPT', type: AUTOGPT_NODE, parameters, credentials },
			]),
		);
		const { page } = editor;
		await editor.openWorkflow(workflow.id);
		await page.getByTestId('execute-workflow-button').first().click();
		const run = await until(
			WAIT_MS,
			'the run',
			async () => await Promise.resolve(account.runs().find((one) => one.agentId === agentId)),
		);
		await page.getByTestId('stop-execution-button').click();
		await page.getByTestId('execute-workflow-button').first().waitFor();
		await screenshot(page, join(pictures, `${name}, canvas.png`));
		await editor.openNode('AutoGPT');
		await page.getByTestId('parameter-input-stopRunsOnCancel').waitFor();
		await screenshot(page, join(pictures, `${name}.png`));
		return run.id;
	}

	test('says in the empty panel that the run goes on, and what to do', async () => {
		const run = await stopped('goes on', false);
		await hint().waitFor();
		// Nothing has to be opened to see the switch.
		expect(await editor.page.getByTestId('parameter-input-stopRunsOnCancel').isVisible()).toBe(
			true,
		);
		expect(stack().account.run(run).endedAt).toBeFalsy();
	});

	test('says nothing of the kind where Stop stops the run', async () => {
		const run = await stopped('stops', true);
		await until(
			WAIT_MS,
			'the run to be stopped',
			async () =>
				await Promise.resolve(stack().account.run(run).status === 'TERMINATED' || undefined),
		);
		expect(await hint().count()).toBe(0);
	});
});
