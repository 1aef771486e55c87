import { greetingAgent } from '../emulator/agents.ts';
import { HostError } from './command.cts';
import type { Execution } from './execution.cts';
import { asObject, asText, isObject } from './json.cts';
import { AUTOGPT_NODE, type Stack } from './stack.cts';
import { chain, type WorkflowDraft } from './workflow.cts';

/** What came of the greeting workflow. */
export interface Greeting {
	text: string;
	workflowId: string;
	workflowUrl: string;
	execution: Execution;
}

export const WORKFLOW_NAME = 'Greet with AutoGPT';
export const GRAPH_WORKFLOW_NAME = 'Greet with a graph of AutoGPT';
export const GRAPH_NODE_NAME = 'Run greeting graph';
const TRIGGER_NAME = 'When clicking ‘Execute workflow’';
const NODE_NAME = 'Run greeting agent';

/**
 * Makes the greeting agent over AutoGPT's API, makes or renews the workflow that runs it, and runs
 * that workflow in n8n as a click on "Execute workflow" does.
 */
export async function greet(stack: Stack): Promise<Greeting> {
	const agent = await createGreetingAgent(stack);
	const workflowId = await storeWorkflow(stack, greetingWorkflow(stack, agent));
	return await runGreeting(stack, workflowId);
}

/**
 * Does the same on a server that has API v1 only: makes the agent there, and a workflow that runs
 * its graph by the address of AutoGPT's builder.
 */
export async function greetByGraph(stack: Stack): Promise<Greeting> {
	const base = stack.emulator.baseUrl.replace(/v2$/, 'v1');
	const graph = asObject(
		await callEmulator(stack, 'POST', '/graphs', greetingAgent, base),
		'graph',
	);
	const id = asText(graph.id, 'graph: id');
	const address = `${stack.emulator.webUrl}/build?flowID=${id}&flowVersion=${Number(graph.version)}`;
	return await runGreeting(stack, await storeWorkflow(stack, graphWorkflow(stack, address)));
}

/** Runs a workflow that greets, once more. */
export async function runGreeting(stack: Stack, workflowId: string): Promise<Greeting> {
	const execution = await stack.api.runManually(workflowId, TRIGGER_NAME);
	return {
		text: greetingOf(execution),
		workflowId,
		workflowUrl: `${stack.n8n.url}/workflow/${workflowId}`,
		execution,
	};
}

interface Agent {
	id: string;
	name: string;
}

/** A graph becomes an agent of the library as soon as it is stored; runs need the agent's id. */
async function createGreetingAgent(stack: Stack): Promise<Agent> {
	const graph = asObject(await callEmulator(stack, 'POST', '/graphs', greetingAgent), 'graph');
	const id = asText(graph.id, 'graph: id');
	const agent = await callEmulator(stack, 'GET', `/graphs/${id}/library-agent`);
	return {
		id: asText(asObject(agent, 'agent').id, 'agent: id'),
		name: asText(asObject(agent, 'agent').name, 'agent: name'),
	};
}

async function callEmulator(
	stack: Stack,
	method: string,
	path: string,
	body?: object,
	baseUrl = stack.emulator.baseUrl,
): Promise<unknown> {
	const response = await fetch(baseUrl + path, {
		method,
		headers: { 'x-api-key': stack.apiKey, 'content-type': 'application/json' },
		body: body && JSON.stringify(body),
	});
	if (response.ok) return await response.json();
	throw new HostError(
		`The AutoGPT emulator answered ${method} ${path} with ${response.status}: ` +
			(await response.text()).slice(0, 500),
	);
}

function greetingWorkflow(stack: Stack, agent: Agent): WorkflowDraft {
	const agentId = { __rl: true, mode: 'list', value: agent.id, cachedResultName: agent.name };
	return chain(WORKFLOW_NAME, [
		{ name: TRIGGER_NAME, type: 'n8n-nodes-base.manualTrigger' },
		{
			name: NODE_NAME,
			type: AUTOGPT_NODE,
			parameters: {
				resource: 'agent',
				operation: 'runAndWait',
				agentId,
				inputsMode: 'form',
				inputs: {
					mappingMode: 'defineBelow',
					value: { name: 'Ada' },
					matchingColumns: [],
					schema: [
						{
							id: 'name',
							displayName: 'Name *',
							required: true,
							defaultMatch: false,
							display: true,
							type: 'string',
							canBeUsedToMatch: false,
						},
					],
				},
			},
			credentials: stack.credentials,
		},
	]);
}

function graphWorkflow(stack: Stack, address: string): WorkflowDraft {
	return chain(GRAPH_WORKFLOW_NAME, [
		{ name: TRIGGER_NAME, type: 'n8n-nodes-base.manualTrigger' },
		{
			name: GRAPH_NODE_NAME,
			type: AUTOGPT_NODE,
			parameters: {
				resource: 'graph',
				operation: 'runAndWait',
				graphId: { __rl: true, mode: 'url', value: address },
				inputsMode: 'json',
				inputsJson: '{"name": "Ada"}',
			},
			credentials: stack.credentials,
		},
	]);
}

async function storeWorkflow({ api }: Stack, draft: WorkflowDraft): Promise<string> {
	const stored = (await api.listWorkflows()).find(({ name }) => name === draft.name);
	const workflow = stored
		? await api.updateWorkflow(stored.id, draft)
		: await api.createWorkflow(draft);
	return workflow.id;
}

function greetingOf(execution: Execution): string {
	const nodes = execution.nodes[NODE_NAME] ?? execution.nodes[GRAPH_NODE_NAME];
	const item = nodes?.at(-1)?.outputs[0]?.[0];
	const outputs = item?.json.outputs;
	if (execution.status === 'success' && isObject(outputs) && typeof outputs.greeting === 'string') {
		return outputs.greeting;
	}
	const reason = execution.error?.message ?? `it returned ${JSON.stringify(item?.json)}`;
	throw new HostError(
		`The workflow that greets ended as "${execution.status}" without a greeting: ` +
			`${String(reason)} (execution ${execution.id})`,
	);
}
