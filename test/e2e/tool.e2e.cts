import type { INodeParameters } from 'n8n-workflow';
import { join } from 'node:path';

import { AI_AGENT, AI_TRIGGER, aiAgentWorkflow } from '../host/aiAgent.cts';
import { openEditor, screenshot, type Editor } from '../host/editor.cts';
import type { Execution } from '../host/execution.cts';
import { guidePicture } from '../host/guidePicture.cts';
import { asArray, asObject, type JsonObject } from '../host/json.cts';
import {
	startLanguageModel,
	type LanguageModel,
	type ToolArguments,
} from '../host/languageModel.cts';
import { hostRoot } from '../host/paths.cts';
import { PACKAGE_NAME } from '../host/stack.cts';
import { until } from '../host/until.cts';
import type { CredentialReference, NodeDraft } from '../host/workflow.cts';
import { greetingAgent } from '../emulator/agents';
import { useStack } from './stack.cts';
import { rl } from '../harness/locator.cts';

const TOOL = 'AutoGPT';
const MODEL_KEY = 'sk-of-the-local-model';

/** It gives its tools to n8n's engine. */
const CURRENT = 3.1;
/** It calls its tools itself, as agents that are tools of another agent do. */
const EARLIER = 2.2;

/** What a tool says of its run. */
const SLIM = [
	'id',
	'status',
	'outcome',
	'outputs',
	'failed_blocks',
	'cost_cents',
	'duration_seconds',
	'url',
	'agent_id',
	'agent_name',
	'graph_id',
];

interface Options {
	/** Those of the tool. */
	settings?: NodeDraft['settings'];
	agentVersion?: number;
	agentOptions?: INodeParameters;
	/** How many items the AI agent gets. */
	items?: number;
}

describe("The AutoGPT node as a tool of n8n's AI Agent", () => {
	const stack = useStack('tool');
	let model: LanguageModel;
	let openAi: CredentialReference;

	beforeAll(async () => {
		model = await startLanguageModel();
		const data = { apiKey: MODEL_KEY, url: model.url };
		openAi = await stack().api.createCredential('Local model', 'openAiApi', data);
	});

	afterEach(() => stack().emulator.faults.clear());

	afterAll(async () => {
		expect(stack().emulator.contractViolations).toEqual([]);
		await model?.close();
	});

	/** A workflow of an AI agent that has the node as its tool. */
	async function store(parameters: INodeParameters, options: Options = {}) {
		const { api, credentials } = stack();
		const { settings, agentVersion = CURRENT, agentOptions, items } = options;
		const agent = { version: agentVersion, options: agentOptions, items, openAiApi: openAi };
		const type = `${PACKAGE_NAME}.autoGptTool`;
		const tool = { name: TOOL, type, parameters, credentials, settings };
		return await api.createWorkflow(aiAgentWorkflow(agent, tool));
	}

	/** Executes such a workflow, while the model calls the tool turn by turn. */
	async function execute(
		turns: ToolArguments[][],
		parameters: INodeParameters,
		options?: Options,
	): Promise<Execution> {
		const workflow = await store(parameters, options);
		model.script(...turns);
		const execution = await stack().api.runManually(workflow.id, AI_TRIGGER);
		expect(execution.error).toBeUndefined();
		expect(execution.status).toBe('success');
		for (const secret of [stack().apiKey, MODEL_KEY]) {
			expect(JSON.stringify(model.requests)).not.toContain(secret);
		}
		return execution;
	}

	/** The single item of each result that the model was given. */
	function given(): JsonObject[] {
		return model.toolResults().map((text) => {
			const items = asArray(JSON.parse(text), 'result of the tool');
			expect(items).toHaveLength(1);
			return asObject(items[0], 'item');
		});
	}

	/** Run and Wait as the editor stores it when the model fills in the input. */
	function greeting(agentId: string, more: INodeParameters = {}): INodeParameters {
		return {
			descriptionType: 'manual',
			toolDescription: 'Greets a person',
			resource: 'agent',
			operation: 'runAndWait',
			agentId: rl(agentId),
			inputsMode: 'form',
			inputs: {
				mappingMode: 'defineBelow',
				value: { name: "={{ $fromAI('name', 'Who is greeted', 'string') }}" },
				matchingColumns: [],
				schema: [],
			},
			...more,
		};
	}

	function newAgent() {
		const { account } = stack();
		const { agentId } = account.createAgent(greetingAgent);
		const runs = () => account.runs().filter((run) => run.agentId === agentId);
		const keys = () => new Set(runs().map(({ idempotencyKey }) => idempotencyKey));
		return { agentId, runs, keys };
	}

	const get = (agentId: string, more: INodeParameters) => ({
		...{ resource: 'agent', operation: 'get' },
		...{ agentId: rl(agentId), ...more },
	});

	test('runs an agent with inputs by the model and gives it a slim result', async () => {
		const { agentId, runs } = newAgent();
		const execution = await execute([[{ name: 'Ada' }]], greeting(agentId));
		expect(runs().map(({ inputs }) => inputs)).toEqual([{ name: 'Ada' }]);
		const [result = {}] = given();
		expect(Object.keys(result)).toEqual(SLIM);
		expect(result).toMatchObject({ id: runs()[0]?.id, outputs: { greeting: 'Hello, Ada!' } });
		const { output } = execution.nodes[AI_AGENT]?.at(-1)?.outputs[0]?.[0]?.json ?? {};
		expect(output).toContain('Hello, Ada!');
		expect(JSON.stringify(model.requests[0]?.tools)).toContain('Who is greeted');
	});

	describe.each([CURRENT, EARLIER])('of agent version %p', (agentVersion) => {
		const ada = { name: 'Ada' };

		test.each([
			['in one turn', [[ada, ada]]],
			['in two turns', [[ada], [ada]]],
		])('starts a run for each of two equal calls %s', async (_, turns) => {
			const { agentId, runs, keys } = newAgent();
			await execute(turns, greeting(agentId), { agentVersion });
			const ids = runs().map(({ id }) => id);
			expect(ids).toHaveLength(2);
			expect(keys().size).toBe(2);
			// Only equal calls of one turn may be started in either order.
			const ordered = (list: string[]) => (turns.length > 1 ? list : list.sort());
			const reported = given().map(({ id }) => String(id));
			expect(ordered(reported)).toEqual(ordered(ids));
		});

		test('starts one run when Retry On Fail repeats a call', async () => {
			const { agentId, runs } = newAgent();
			const { emulator } = stack();
			// As often as the node tries by itself, so that n8n has to repeat the call.
			const start = { method: 'POST', path: new RegExp(`${agentId}/runs$`) };
			emulator.faults.add({ ...start, kind: { after: 'drop' }, times: 5 });
			const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 200 };
			await execute([[ada]], greeting(agentId), { agentVersion, settings });
			expect(runs()).toHaveLength(1);
			expect(given().map(({ id }) => id)).toEqual([runs()[0]?.id]);
			const sent = emulator.requests.filter(({ path }) => path.includes(`${agentId}/runs`));
			expect(sent).toHaveLength(6);
			expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
		});

		test('starts a run for each of two items at once', async () => {
			const { agentId, runs, keys } = newAgent();
			const agentOptions = { batching: { batchSize: 2, delayBetweenBatches: 0 } };
			const options = { agentVersion, agentOptions, items: 2 };
			await execute([[ada], [ada]], greeting(agentId), options);
			expect(runs()).toHaveLength(2);
			expect(keys().size).toBe(2);
		});

		test('tells the model what to do about a failed call, and goes on', async () => {
			const settings = { onError: 'continueRegularOutput' as const };
			await execute([[ada]], greeting('no-such-agent'), { agentVersion, settings });
			expect(given()).toEqual([
				{
					failure: {
						message: "The agent 'no-such-agent' was not found",
						description: expect.stringContaining('Check the ID'),
						status: 404,
					},
				},
			]);
			const { agentId, runs } = newAgent();
			await execute([[{ name: '' }], [ada]], greeting(agentId), { agentVersion, settings });
			const [refused, greeted] = given();
			expect(JSON.stringify(refused)).toContain('needs: name');
			expect(greeted).toMatchObject({ outputs: { greeting: 'Hello, Ada!' } });
			expect(runs()).toHaveLength(1);
		});
	});

	test('starts one run for equal calls under a key of the user', async () => {
		const { agentId, runs } = newAgent();
		const options = { idempotencyKey: `greet-${agentId}` };
		const ada = { name: 'Ada' };
		await execute([[ada, ada], [ada]], greeting(agentId, { options }));
		expect(runs()).toHaveLength(1);
		expect(given().map(({ id }) => id)).toEqual([1, 2, 3].map(() => runs()[0]?.id));
	});

	test('tells the model at least the message where On Error was not set', async () => {
		const { agentId, runs } = newAgent();
		await execute([[{}], [{ name: 'Ada' }]], greeting(agentId));
		const [refused, greeted] = given();
		expect(refused).toEqual({ error: "Agent 'Greeting agent' needs: name" });
		expect(greeted).toMatchObject({ outputs: { greeting: 'Hello, Ada!' } });
		expect(runs()).toHaveLength(1);
	});

	test('gives the fields that were chosen', async () => {
		const { agentId } = newAgent();
		const fieldsWith = async (more: INodeParameters) => {
			await execute([[{}]], get(agentId, more));
			return Object.keys(given()[0] ?? {});
		};
		const selectedFields = ['name', 'graph_version'];
		expect(await fieldsWith({ output: 'selected', selectedFields })).toEqual([
			'id',
			...selectedFields,
		]);
		const response = await fetch(`${stack().emulator.baseUrl}/library/agents/${agentId}`, {
			headers: { 'x-api-key': stack().apiKey },
		});
		const whole = Object.keys(asObject(await response.json(), 'agent'));
		expect((await fieldsWith({ output: 'raw' })).sort()).toEqual(whole.sort());
	});

	describe('in the editor', () => {
		let editor: Editor;

		beforeAll(async () => {
			editor = await openEditor(stack().n8n);
		});

		afterAll(async () => await editor?.close());

		test('shows Output in the place of Simplify', async () => {
			const { agentId } = newAgent();
			const workflow = await store(get(agentId, { output: 'selected', selectedFields: ['name'] }));
			const { page } = editor;
			await editor.openWorkflow(workflow.id);
			await editor.openNode(TOOL);
			await page.getByTestId('parameter-input-output').waitFor();
			expect(await page.getByTestId('parameter-input-simplify').count()).toBe(0);
			await screenshot(page, join(hostRoot, 'e2e', 'tool', 'output.png'));
		});

		test('leaves an input that must be there to the model, by a clean name', async () => {
			const { agentId, runs } = newAgent();
			const inputs = { mappingMode: 'defineBelow', value: null, matchingColumns: [], schema: [] };
			const list = { __rl: true, mode: 'list', value: agentId, cachedResultName: 'Greeting agent' };
			const { id } = await store({ ...greeting(agentId), agentId: list, inputs });
			const { page } = editor;
			await editor.openWorkflow(id);
			await editor.openNode(TOOL);
			const field = page.getByTestId('resource-mapper-container');
			await field.waitFor();
			await field.getByText('Defined automatically by the').first().waitFor();
			await guidePicture(page, 'tool');
			const { api } = stack();
			const argument = await until(20_000, 'the workflow to be saved', async () => {
				const { stored } = await api.getWorkflow(id);
				return /\$fromAI\('(\w+)'/.exec(JSON.stringify(stored))?.[1];
			});
			expect(argument).toBe('Name');
			model.script([{ [argument]: 'Ada' }]);
			const execution = await api.runManually(id, AI_TRIGGER);
			expect(execution.status).toBe('success');
			expect(runs().map((run) => run.inputs)).toEqual([{ name: 'Ada' }]);
		});
	});
});
