import type { INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import type { N8nApi } from './api.cts';
import type { Execution, OutputItem } from './execution.cts';
import type { JsonObject } from './json.cts';
import { until } from './until.cts';
import { chain, type CredentialReference, type NodeDraft } from './workflow.cts';

export interface NodeTrial {
	type: string;
	typeVersion?: number;
	parameters: INodeParameters;
	credentials?: Record<string, CredentialReference>;
	/** The node gets one item for each; left out: a single empty one. */
	items?: JsonObject[];
	/** The node's own settings, such as `onError` or `retryOnFail`. */
	settings?: NodeDraft['settings'];
}

export interface NodeResult {
	/** The items of the first output. */
	items: OutputItem[];
	/** The items of every output. */
	outputs: OutputItem[][];
	/** Set when the node failed as a whole. */
	error?: JsonObject;
	/** How often n8n ran the node: more than once when it was retried. */
	execution: Execution;
}

const NODE_NAME = 'Node under test';
const EXECUTION_TIMEOUT_MS = 60_000;

/**
 * Runs one node in a published workflow of its own, Webhook → Split Out → the node, and gives back
 * what the execution that n8n stored says of it. The workflow is removed, the execution with it.
 */
export async function runNode(api: N8nApi, trial: NodeTrial): Promise<NodeResult> {
	const path = `trial-${randomUUID()}`;
	const workflow = await api.createWorkflow(
		chain(`Trial of ${trial.type}`, [
			{
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				parameters: { httpMethod: 'POST', path, responseMode: 'lastNode', options: {} },
				webhookId: path,
			},
			{
				name: 'Split Out',
				type: 'n8n-nodes-base.splitOut',
				parameters: { fieldToSplitOut: 'body.items', options: {} },
			},
			{
				name: 'Unwrap',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				parameters: { mode: 'raw', jsonOutput: '={{ $json.item }}', options: {} },
			},
			{
				name: NODE_NAME,
				type: trial.type,
				typeVersion: trial.typeVersion,
				parameters: trial.parameters,
				credentials: trial.credentials,
				settings: trial.settings,
			},
		]),
	);
	try {
		await api.activate(workflow);
		// Split Out puts objects out bare but other values under a name: wrapped, both are alike.
		const items = (trial.items ?? [{}]).map((item) => ({ item }));
		await api.callWebhook(path, { items });
		const execution = await finishedExecution(api, workflow.id);
		const last = execution.nodes[NODE_NAME]?.at(-1);
		return {
			items: last?.outputs[0] ?? [],
			outputs: last?.outputs ?? [],
			error: last?.error ?? execution.error,
			execution,
		};
	} finally {
		await api.deactivate(workflow.id);
		await api.deleteWorkflow(workflow.id);
	}
}

async function finishedExecution(api: N8nApi, workflowId: string): Promise<Execution> {
	const newest = await until(EXECUTION_TIMEOUT_MS, 'the trial to begin', async () => {
		const [execution] = await api.listExecutions(workflowId);
		return execution;
	});
	return await api.waitForExecution(newest.id);
}
