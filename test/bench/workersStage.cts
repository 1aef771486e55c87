import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { slowAgent } from '../emulator/agents';
import { runAndWait } from '../harness/account.cts';
import { N8nApi } from '../host/api.cts';
import { asArray, type JsonObject } from '../host/json.cts';
import { hostRoot } from '../host/paths.cts';
import { startQueue, type QueueStack } from '../host/queue.cts';
import { AUTOGPT_NODE, CREDENTIAL_TYPE } from '../host/stack.cts';
import type { WorkflowDraft } from '../host/workflow.cts';
import { MINUTE_MS, seenBy, type ExecutionsResult } from './executionsStage.cts';
import { httpSteps, type Work } from './ways.cts';
import type { Step } from './workflow.cts';

/** Executions that both workers share. */
export interface WorkersCase {
	executions: number;
	/** Pause between the beginnings of two. */
	everyMs: number;
	/** How long each run takes. */
	runSeconds: number;
}

const WORKERS = 2;
/** n8n's worker has ten places unless told otherwise, and both ways are measured at the same time. */
const PLACES = { N8N_CONCURRENCY_PRODUCTION_LIMIT: '80' };

function webhook(path: string): JsonObject {
	const parameters = {
		...{ httpMethod: 'POST', path },
		...{ responseMode: 'lastNode', responseData: 'allEntries' },
	};
	const type = 'n8n-nodes-base.webhook';
	return { name: 'Webhook', type, typeVersion: 2, parameters, webhookId: path };
}

/** A workflow that a web request starts, and that answers with what came of its run. */
function draftOf(path: string, steps: Step[], credentials: JsonObject): WorkflowDraft {
	const nodes = [
		webhook(path),
		...steps.map(({ name, type, version = 1, parameters = {} }) => ({
			...{ name, type, typeVersion: version, parameters },
			credentials,
		})),
	];
	const leading: Array<Pick<Step, 'name' | 'next'>> = [
		{ name: 'Webhook', next: [[steps[0]?.name ?? '']] },
		...steps,
	];
	return {
		name: path,
		nodes: nodes.map((node, index) => ({ ...node, id: randomUUID(), position: [200 * index, 0] })),
		connections: Object.fromEntries(
			leading.map(({ name, next = [] }) => [
				name,
				{ main: next.map((names) => names.map((node) => ({ node, type: 'main', index: 0 }))) },
			]),
		),
		settings: { executionOrder: 'v1' },
	};
}

/** What one way costs, with an account and a credential of its own. */
async function measureWay(
	queue: QueueStack,
	name: string,
	{ executions, everyMs, runSeconds }: WorkersCase,
	stepsOf: (work: Work) => Step[],
): Promise<ExecutionsResult> {
	const { api, emulator } = queue.stack;
	const account = emulator.createAccount({ name });
	const apiKey = account.createKey();
	const { baseUrl, webUrl } = emulator;
	const data = { baseUrl, apiKey, webUrl, teamId: '' };
	const credential = await api.createCredential(name, CREDENTIAL_TYPE, data);
	const { agentId } = account.createAgent(slowAgent);
	const seconds = [runSeconds];
	const steps = stepsOf({ baseUrl, apiKey, agentId, seconds, pollSeconds: 10 });
	const draft = draftOf(name, steps, { [CREDENTIAL_TYPE]: credential });
	await api.activate(await api.createWorkflow(draft));
	const outside = new N8nApi(queue.webhook.url);
	// Until both workers are warm.
	await Promise.all([0, 0, 0, 0].map((none) => outside.callWebhook(name, { seconds: none })));
	// So that all counts begin with a window of the limits.
	await sleep(MINUTE_MS - (Date.now() % MINUTE_MS));
	const first = emulator.requests.length;
	const durations: number[] = [];
	const failures: string[] = [];
	const began = performance.now();
	const calls: Array<Promise<void>> = [];
	for (let index = 0; index < executions; index++) {
		await sleep(Math.max(0, began + index * everyMs - performance.now()));
		const since = performance.now();
		const call = outside.callWebhook(name, { seconds: runSeconds }).then(({ status, body }) => {
			const isWhole = status === 200 && asArray(body, 'response').length === 1;
			if (isWhole) durations.push(performance.now() - since);
			else failures.push(`${status} ${JSON.stringify(body)}`);
		});
		calls.push(call.catch((error: unknown) => void failures.push(String(error))));
	}
	await Promise.all(calls);
	const requests = emulator.requests
		.slice(first)
		.filter(({ account: of }) => of === account.userId);
	return { durations: durations.sort((a, b) => a - b), failures, ...seenBy(requests) };
}

/** Carries out executions on two workers of an n8n in queue mode, by both ways at the same time. */
export async function measureWorkers(
	each: WorkersCase,
): Promise<[node: ExecutionsResult, rival: ExecutionsResult]> {
	const queue = await startQueue({
		userFolder: join(hostRoot, 'bench', 'workers'),
		workers: 0,
		emulator: { checkContract: false },
	});
	try {
		await Promise.all(Array.from({ length: WORKERS }, async () => await queue.addWorker(PLACES)));
		const node = (work: Work): Step[] => [
			{
				name: 'AutoGPT',
				type: AUTOGPT_NODE,
				parameters: runAndWait(work.agentId, '={{ { "seconds": $json.body.seconds } }}'),
			},
		];
		return await Promise.all([
			measureWay(queue, 'node', each, node),
			measureWay(queue, 'http-request', each, (work) => httpSteps(work, '$json.body.seconds')),
		]);
	} finally {
		await queue.stop();
	}
}
