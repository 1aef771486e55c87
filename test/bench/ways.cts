import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
	sleep,
	type IExecuteFunctions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { runAndWait } from '../harness/account.cts';
import { cacheRoot, N8N_VERSION } from '../host/paths.cts';
import { builtNode } from './node.cts';
import { runWorkflow, type AnyNodeType, type Step } from './workflow.cts';

/** What is carried out, by whichever way. */
export interface Work {
	baseUrl: string;
	apiKey: string;
	agentId: string;
	/** Seconds that each run takes; one item for each. */
	seconds: number[];
	/** Pause between two looks at a run, where the way does not choose it itself. */
	pollSeconds: number;
	/** How many starts and how many reads the account may send in a minute. */
	perMinute?: { starts: number; reads: number };
}

export type WayName = 'node' | 'oneByOne' | 'httpRequest';

/** Carries the work out, and returns how many runs it saw finished. */
export type Way = (work: Work) => Promise<number>;

const itemsOf = ({ seconds }: Work) => seconds.map((each) => ({ json: { seconds: each } }));
const credentialOf = ({ apiKey, baseUrl }: Work) => ({ apiKey, baseUrl });

/** (a) Agent > Run and Wait. */
const node: Way = async (work) => {
	const parameters = runAndWait(work.agentId, '={{ { "seconds": $json.seconds } }}');
	const counts = await runWorkflow({
		types: { 'n8n-nodes-autogpt.autoGpt': builtNode() },
		steps: [{ name: 'AutoGPT', type: 'n8n-nodes-autogpt.autoGpt', parameters }],
		credential: credentialOf(work),
		items: itemsOf(work),
	});
	return counts.get('AutoGPT') ?? 0;
};

/** What a pack without a common wait does in its node: start, look until done, next item. */
function oneByOneNode({ baseUrl, agentId, pollSeconds }: Work): INodeType {
	const request = async (
		functions: IExecuteFunctions,
		method: 'GET' | 'POST',
		path: string,
		body?: object,
	) =>
		(await functions.helpers.httpRequestWithAuthentication.call(functions, 'autoGptApi', {
			method,
			url: baseUrl + path,
			body,
			json: true,
		})) as { id: string; status: string };
	const description: INodeTypeDescription = {
		displayName: 'One by One',
		name: 'oneByOne',
		group: ['transform'],
		version: 1,
		description: 'Runs one agent after the other',
		defaults: { name: 'One by One' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'autoGptApi', required: true }],
		properties: [],
	};
	return {
		description,
		async execute() {
			const out = [];
			for (const { json } of this.getInputData()) {
				const inputs = { seconds: json.seconds };
				let run = await request(this, 'POST', `/library/agents/${agentId}/runs`, { inputs });
				while (run.status !== 'COMPLETED') {
					await sleep(pollSeconds * 1000);
					run = await request(this, 'GET', `/runs/${run.id}`);
				}
				out.push({ json: { ...run } });
			}
			return [out];
		},
	};
}

/** (b) One item after the other. */
const oneByOne: Way = async (work) => {
	const counts = await runWorkflow({
		types: { 'bench.oneByOne': oneByOneNode(work) },
		steps: [{ name: 'One by One', type: 'bench.oneByOne' }],
		credential: credentialOf(work),
		items: itemsOf(work),
	});
	return counts.get('One by One') ?? 0;
};

/** Nodes of n8n itself, from the n8n that the end-to-end tests run in. */
export function n8nNode(name: string): AnyNodeType {
	const folder = join(cacheRoot, `n8n-${N8N_VERSION}`, 'node_modules/n8n-nodes-base/dist/nodes');
	const file = join(folder, name, `${name}.node.js`);
	const exports = createRequire(__filename)(file) as Record<string, new () => AnyNodeType>;
	const Type = exports[name];
	if (!Type) throw new Error(`n8n has no node ${name}`);
	return new Type();
}

const HTTP_REQUEST = 'n8n-nodes-base.httpRequest';

/** A step of the HTTP Request node; more items than a minute takes go out in batches. */
export function httpStep(name: string, request: object, perMinute?: number): Step {
	const batch = { batchSize: perMinute ?? 0, batchInterval: 60_000 };
	return {
		name,
		type: HTTP_REQUEST,
		version: 4.2,
		parameters: {
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'autoGptApi',
			...request,
			options: perMinute ? { batching: { batch } } : {},
		},
	};
}

const DONE = {
	combinator: 'and',
	options: { caseSensitive: true, typeValidation: 'loose', version: 2 },
	conditions: [
		{
			id: 'done',
			leftValue: '={{ $json.status }}',
			rightValue: 'COMPLETED',
			operator: { type: 'string', operation: 'equals' },
		},
	],
};

/**
 * Start, Wait, Look and If of n8n, round until all are done.
 *
 * @param secondsOf where an item has the seconds that its run takes, as an expression
 */
export function httpSteps(work: Work, secondsOf = '$json.seconds'): Step[] {
	const { baseUrl, agentId, pollSeconds, perMinute } = work;
	const start = {
		method: 'POST',
		url: `${baseUrl}/library/agents/${agentId}/runs`,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `={{ JSON.stringify({ inputs: { seconds: ${secondsOf} } }) }}`,
	};
	return [
		{ ...httpStep('Start', start, perMinute?.starts), next: [['Wait']] },
		{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			version: 1.1,
			parameters: { resume: 'timeInterval', amount: pollSeconds, unit: 'seconds' },
			next: [['Look']],
		},
		{
			...httpStep('Look', { url: `=${baseUrl}/runs/{{ $json.id }}` }, perMinute?.reads),
			next: [['Finished?']],
		},
		{
			name: 'Finished?',
			type: 'n8n-nodes-base.if',
			version: 2.2,
			parameters: { conditions: DONE, options: {} },
			next: [['Out'], ['Wait']],
		},
		{ name: 'Out', type: 'n8n-nodes-base.noOp' },
	];
}

/** (c) HTTP Request starts all, then Wait, HTTP Request and If go round until all are done. */
const httpRequest: Way = async (work) => {
	const counts = await runWorkflow({
		types: {
			[HTTP_REQUEST]: n8nNode('HttpRequest'),
			'n8n-nodes-base.wait': n8nNode('Wait'),
			'n8n-nodes-base.if': n8nNode('If'),
			'n8n-nodes-base.noOp': n8nNode('NoOp'),
		},
		steps: httpSteps(work),
		credential: credentialOf(work),
		items: itemsOf(work),
	});
	return counts.get('Out') ?? 0;
};

export const ways: Record<WayName, Way> = { node, oneByOne, httpRequest };
