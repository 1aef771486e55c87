/** Sends the same requests through the node or through HTTP Request, asked by `overhead.cts`. */
import '../harness/userFolder.cts';

import type { INodeParameters } from 'n8n-workflow';

// With its extension: AutoGpt.node.json lies beside it.
import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node.ts';
import { answerParent } from './children.cts';
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
	const types = { [NODE]: new AutoGpt(), 'n8n-nodes-base.httpRequest': n8nNode('HttpRequest') };
	await perform({ ...job, items: 5 }, types);
	return async () => await perform(job, types);
});
