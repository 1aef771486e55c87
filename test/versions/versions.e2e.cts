import type { INodeParameters } from 'n8n-workflow';

import { complaints, promised, typeNames } from '../e2e/loaded.cts';
import { useStack } from '../e2e/stack.cts';
import { greetingAgent, slowAgent } from '../emulator/agents.ts';
import { runAndWait } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';
import { AI_TRIGGER, aiAgentWorkflow } from '../host/aiAgent.cts';
import { openEditor } from '../host/editor.cts';
import type { Execution } from '../host/execution.cts';
import { greet } from '../host/greeting.cts';
import { startLanguageModel } from '../host/languageModel.cts';
import { untilPolled } from '../host/pollState.cts';
import {
	connectAccount,
	createOAuth2Credential,
	OAUTH2_TYPE,
	publishRelay,
	redirectUrl,
} from '../host/relay.cts';
import { runNode } from '../host/run-node.cts';
import { AUTOGPT_NODE, PACKAGE_NAME } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { chain } from '../host/workflow.cts';
import { chosenVersions } from './chosen.cts';

const START = 'Start';
const NODE = 'AutoGPT';
const TRIGGER = 'AutoGPT Trigger';
const RUN_SECONDS = 5;
/** A run of 5 s took 10.7 s where a wait did not end at its signal. */
const IN_TIME_MS = 9_000;
const STATUS_CHECKS_BEFORE_STOP = 4;
/** By then the next status check is five seconds away. */
const STOPPED_AT_ONCE_MS = 3_000;
const WAIT_MS = 60_000;
/** n8n polls once a minute. */
const POLLED_MS = 150_000;
/** Two kinds of AI agents: one calls its tools itself, the other gives them to n8n's engine. */
const AI_AGENTS = [2.2, 3];

describe.each(chosenVersions())('n8n %s', (version) => {
	const stack = useStack(`versions-${version}`, {
		version,
		n8nEnv: { N8N_COMMUNITY_PACKAGES_ALLOW_TOOL_USAGE: 'true' },
	});
	let triggered: { workflowId: string; runId: string };

	/** Executes the node by hand, once, after a trigger of n8n. */
	async function store(parameters: INodeParameters, name = NODE) {
		const { api, credentials } = stack();
		return await api.createWorkflow(
			chain(name, [
				{ name: START, type: 'n8n-nodes-base.manualTrigger' },
				{ name: NODE, type: AUTOGPT_NODE, parameters, credentials },
			]),
		);
	}

	const outputOf = ({ nodes }: Execution, node = NODE) => nodes[node]?.at(-1)?.outputs[0] ?? [];

	const requestsTo = (path: string) =>
		stack().emulator.requests.filter((request) => request.path.includes(path));

	afterAll(() => expect(stack().emulator.contractViolations).toEqual([]));

	test('loads', async () => {
		expect(stack().api.session.version).toBe(version);
		for (const kind of ['nodes', 'credentials'] as const) {
			expect(await typeNames(stack(), kind)).toEqual(expect.arrayContaining(promised(kind)));
		}
		expect(complaints(stack())).toEqual([]);
	});

	test('trigger: begins to poll', async () => {
		const { account, api, credentials } = stack();
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const runId = account.startRun(agentId, { name: 'Ada' });
		const parameters = {
			pollTimes: { item: [{ mode: 'everyMinute' }] },
			events: ['runFinished'],
			agents: { agent: [{ agentId: rl(agentId) }] },
		};
		const workflow = await api.createWorkflow(
			chain('Triggered', [
				{ name: TRIGGER, type: `${PACKAGE_NAME}.autoGptTrigger`, parameters, credentials },
				{ name: 'Done', type: 'n8n-nodes-base.noOp' },
			]),
		);
		await api.activate(workflow);
		await untilPolled(stack(), workflow.id);
		// The next poll comes while the other tests go on.
		account.finishRun(runId, 'COMPLETED', { greeting: ['Hello, Ada!'] });
		triggered = { workflowId: workflow.id, runId };
	});

	test('editor', async () => {
		const { text, workflowId } = await greet(stack());
		expect(text).toBe('Hello, Ada!');
		const editor = await openEditor(stack().n8n);
		try {
			const { page } = editor;
			await editor.openWorkflow(workflowId);
			await editor.openNode('Run greeting agent');
			await page.getByTestId('resource-locator-agentId').waitFor();
			await page.getByTestId('resource-mapper-container').waitFor();
			await page.getByTestId('node-execute-button').click();
			await page.getByText('Hello, Ada!').first().waitFor();
		} finally {
			await editor.close();
		}
	});

	test('Run and Wait in time', async () => {
		const { account, api, credentials } = stack();
		const { agentId } = account.createAgent(slowAgent);
		const parameters = runAndWait(agentId, { seconds: RUN_SECONDS });
		const { items, error, execution } = await runNode(api, {
			type: AUTOGPT_NODE,
			parameters,
			credentials,
		});
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			status: 'COMPLETED',
			outputs: { done: 'Done waiting' },
		});
		const [run] = execution.nodes['Node under test'] ?? [];
		expect(run?.milliseconds).toBeGreaterThan(RUN_SECONDS * 1000 - 100);
		expect(run?.milliseconds).toBeLessThan(IN_TIME_MS);
	});

	test('Stop', async () => {
		const { account, api } = stack();
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const parameters = { ...runAndWait(agentId, { name: 'Ada' }), stopRunsOnCancel: true };
		const workflow = await store(parameters, 'Stopped');
		const executionId = await api.startManually(workflow.id, START);
		const run = () => account.runs().find((one) => one.agentId === agentId);
		await until(WAIT_MS, 'some status checks', async () => {
			const checks = requestsTo(`/runs/${run()?.id ?? 'none'}`).length;
			return await Promise.resolve(checks >= STATUS_CHECKS_BEFORE_STOP || undefined);
		});
		const pressed = Date.now();
		await api.stopExecution(executionId);
		await until(
			WAIT_MS,
			'the run to be stopped',
			async () => await Promise.resolve(run()?.status === 'TERMINATED' || undefined),
		);
		expect(Date.now() - pressed).toBeLessThan(STOPPED_AT_ONCE_MS);
		expect((await api.getExecution(executionId)).status).toBe('canceled');
	});

	test('Retry On Fail', async () => {
		const { account, api, credentials, emulator } = stack();
		const { agentId } = account.createAgent(greetingAgent);
		const path = new RegExp(`${agentId}/runs$`);
		// As often as the node tries by itself, so that n8n has to execute it again.
		emulator.faults.add({ method: 'POST', path, kind: { after: 'drop' }, times: 5 });
		const { items, error } = await runNode(api, {
			type: AUTOGPT_NODE,
			parameters: runAndWait(agentId, { name: 'Ada' }),
			credentials,
			settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 500 },
		});
		emulator.faults.clear();
		expect(error).toBeUndefined();
		const runs = account.runs().filter((run) => run.agentId === agentId);
		expect(runs).toHaveLength(1);
		expect(items.map(({ json }) => json.id)).toEqual(runs.map(({ id }) => id));
		const sent = requestsTo(`${agentId}/runs`);
		expect(sent).toHaveLength(6);
		expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
	});

	test('files', async () => {
		const { account, api, credentials } = stack();
		const text = `Grüße aus n8n ${version}`;
		const file = (name: string, parameters: INodeParameters) => ({
			name,
			type: AUTOGPT_NODE,
			parameters: { resource: 'file', ...parameters },
			credentials,
		});
		const workflow = await api.createWorkflow(
			chain('Files', [
				{ name: START, type: 'n8n-nodes-base.manualTrigger' },
				{
					name: 'Text',
					type: 'n8n-nodes-base.set',
					typeVersion: 3.4,
					parameters: { mode: 'raw', jsonOutput: JSON.stringify({ text }), options: {} },
				},
				{
					name: 'To File',
					type: 'n8n-nodes-base.convertToFile',
					typeVersion: 1.1,
					parameters: {
						operation: 'toText',
						sourceProperty: 'text',
						options: { fileName: 'greetings.txt' },
					},
				},
				file('Up', { operation: 'upload' }),
				file('Down', { operation: 'download', fileId: rl('={{ $json.id }}') }),
				{
					name: 'From File',
					type: 'n8n-nodes-base.extractFromFile',
					parameters: { operation: 'text', options: {} },
				},
			]),
		);
		const execution = await api.runManually(workflow.id, START);
		expect(execution.error).toBeUndefined();
		expect(outputOf(execution, 'From File')[0]?.json.data).toBe(text);
		expect(account.files().map(({ name }) => name)).toContain('greetings.txt');
	});

	test('OAuth2', async () => {
		const { api, emulator } = stack();
		const client = emulator.oauth.createApp({ redirectUris: [redirectUrl(stack())] });
		await publishRelay(stack(), [client]);
		const credential = await createOAuth2Credential(stack(), 'Connected', client);
		await connectAccount(stack(), credential.id);
		const readAccount = async () =>
			await runNode(api, {
				type: AUTOGPT_NODE,
				parameters: { authentication: 'oAuth2', resource: 'account', operation: 'get' },
				credentials: { [OAUTH2_TYPE]: credential },
			});
		const renewals = () => requestsTo('/oauth/token').length;
		expect((await readAccount()).error).toBeUndefined();
		const before = renewals();
		// AutoGPT takes the token no more, which n8n cannot know.
		emulator.clock.advance(emulator.oauth.accessTokenLifetimeSeconds * 1000);
		const { error, items } = await readAccount();
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ user_id: expect.any(String) });
		expect(renewals()).toBe(before + 1);
	});

	test('AI tool', async () => {
		const { account, api, credentials } = stack();
		const model = await startLanguageModel();
		const data = { apiKey: 'sk-of-the-local-model', url: model.url };
		const openAiApi = await api.createCredential('Local model', 'openAiApi', data);
		try {
			for (const agentVersion of AI_AGENTS) {
				const { agentId } = account.createAgent(greetingAgent);
				const parameters: INodeParameters = {
					descriptionType: 'manual',
					toolDescription: 'Greets a person',
					...runAndWait(agentId, `={"name": "{{ $fromAI('name', 'Who is greeted', 'string') }}"}`),
				};
				const type = `${PACKAGE_NAME}.autoGptTool`;
				const tool = { name: NODE, type, parameters, credentials };
				const workflow = await api.createWorkflow(
					aiAgentWorkflow({ version: agentVersion, openAiApi }, tool),
				);
				const ada = { name: 'Ada' };
				// Equal calls, together and one after the other: each is a run of its own.
				model.script([ada, ada], [ada]);
				const execution = await api.runManually(workflow.id, AI_TRIGGER);
				expect(execution.error).toBeUndefined();
				expect(execution.status).toBe('success');
				expect(model.toolResults()).toHaveLength(3);
				for (const result of model.toolResults()) expect(result).toContain('Hello, Ada!');
				const runs = account.runs().filter((run) => run.agentId === agentId);
				expect(runs.map(({ inputs }) => inputs)).toEqual([ada, ada, ada]);
				expect(new Set(runs.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
			}
		} finally {
			await model.close();
		}
	});

	test('trigger', async () => {
		const { api } = stack();
		const { workflowId, runId } = triggered;
		const executions = await until(POLLED_MS, 'the finished run to trigger', async () => {
			const found = await api.listExecutions(workflowId);
			return found.length > 0 ? found : undefined;
		});
		expect(executions).toHaveLength(1);
		const [{ id }] = executions as [(typeof executions)[0]];
		const execution = await api.waitForExecution(id);
		expect(outputOf(execution, TRIGGER).map(({ json }) => json)).toEqual([
			expect.objectContaining({ event: 'run.finished', id: runId }),
		]);
		await api.deactivate(workflowId);
	});
});
