/** Sends the same requests through the node or through HTTP Request, asked by `overhead.cts`. */
import '../harness/userFolder.cts';

import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';

import { answerParent } from './children.cts';
import { builtNode } from './node.cts';
import { httpStep, n8nNode } from './ways.cts';
import { runWorkflow, type AnyNodeType, type Step } from './workflow.cts';

export type OverheadWay = 'startNode' | 'startHttp' | 'getNode' | 'getHttp';

export interface OverheadJob {
	way: OverheadWay;
	items: number;
	baseUrl: string;
	apiKey: string;
	agentId: string;
	runId: string;
}

const NODE = 'n8n-nodes-autogpt.autoGpt';
/** An n8n that has been up for a while has compiled its code. */
const WARM_UP_ITEMS = 1_000;
const SETTLE_MS = 500;

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

function nodeStep(parameters: INodeParameters): Step {
	return { name: 'Measured', type: NODE, parameters };
}

function stepOf({ way, baseUrl, agentId, runId }: OverheadJob): Step {
	switch (way) {
		case 'startNode':
			return nodeStep({
				resource: 'agent',
				operation: 'start',
				agentId: byId(agentId),
				inputsMode: 'json',
				inputsJson: '={{ { "name": $json.name } }}',
			});
		case 'startHttp':
			return httpStep('Measured', {
				method: 'POST',
				url: `${baseUrl}/library/agents/${agentId}/runs`,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '={{ JSON.stringify({ inputs: { name: $json.name } }) }}',
			});
		case 'getNode':
			return nodeStep({ resource: 'run', operation: 'get', runId: byId(runId) });
		case 'getHttp':
			return httpStep('Measured', { url: `${baseUrl}/runs/${runId}` });
	}
}

async function perform(job: OverheadJob, types: Record<string, AnyNodeType>): Promise<number> {
	const { items, baseUrl, apiKey } = job;
	const counts = await runWorkflow({
		types,
		steps: [stepOf(job)],
		credential: { apiKey, baseUrl },
		items: Array.from({ length: items }, (_, index) => ({ json: { name: `Ada ${index}` } })),
	});
	return counts.get('Measured') ?? 0;
}

answerParent<OverheadJob>(async (job) => {
	const types = { [NODE]: builtNode(), 'n8n-nodes-base.httpRequest': n8nNode('HttpRequest') };
	await perform({ ...job, items: WARM_UP_ITEMS }, types);
	// The connections of the warm-up are still being closed.
	await sleep(SETTLE_MS);
	return async () => await perform(job, types);
});
