import type { INodeParameters } from 'n8n-workflow';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { greetingAgent, reviewAgent, slowAgent } from '../emulator/agents';
import { runAndWait } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';
import { N8nApi } from '../host/api.cts';
import type { Execution } from '../host/execution.cts';
import type { N8n } from '../host/n8n.cts';
import { hostRoot } from '../host/paths.cts';
import { untilPolled } from '../host/pollState.cts';
import { startQueue, type QueueStack } from '../host/queue.cts';
import {
	connectAccount,
	createOAuth2Credential,
	OAUTH2_TYPE,
	publishRelay,
	redirectUrl,
} from '../host/relay.cts';
import { AUTOGPT_NODE, PACKAGE_NAME, type Stack } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { chain, type CredentialReference, type NodeDraft } from '../host/workflow.cts';

const WORKERS = 2;
const EXECUTIONS = 24;
const ITEMS = 60;
/** So many that a worker is killed long before it has started all of them. */
const ORDERS = Array.from({ length: 14 }, (_, index) => `order-${index + 1}`);
const TOKEN_SECONDS = 4;
const IN_FILE_SYSTEM = { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' };
const FILE_BYTES = 3 * 1024 * 1024;
/** Six servers and processes of n8n. */
const START_TIMEOUT_MS = 180_000;
const WAIT_MS = 60_000;
/** n8n allows one poll a minute for each of them. */
const OFTEN = [0, 10, 20, 30, 40, 50].map((second) => ({
	mode: 'custom',
	cronExpression: `${second} * * * * *`,
}));
const NODE = 'AutoGPT';
const START: NodeDraft = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' };

describe('An n8n in queue mode, on PostgreSQL and Redis', () => {
	let queue: QueueStack;
	let stack: Stack;
	let client: ReturnType<Stack['emulator']['oauth']['createApp']>;

	beforeAll(async () => {
		queue = await startQueue({
			userFolder: join(hostRoot, 'e2e', 'queue'),
			tarball: process.env.AUTOGPT_PACK_TARBALL,
			workers: WORKERS,
			// Both workers start more here than AutoGPT takes in a minute.
			emulator: { limits: false },
		});
		({ stack } = queue);
		client = stack.emulator.oauth.createApp({ redirectUris: [redirectUrl(stack)] });
	}, START_TIMEOUT_MS);

	afterAll(async () => await queue?.stop());

	afterEach(() => stack.emulator.faults.clear());

	test('runs an agent for each of many items that come in over a webhook', async () => {
		const { account } = stack;
		const { agentId } = account.createAgent(greetingAgent);
		const path = await publishWebhook('Fan-out', [
			{
				name: 'Each',
				type: 'n8n-nodes-base.splitOut',
				parameters: { fieldToSplitOut: 'body.names' },
			},
			autoGpt(runAndWait(agentId, '={"name": "{{ $json["body.names"] }}"}')),
		]);
		const names = Array.from({ length: ITEMS }, (_, index) => `Person ${index}`);
		const before = measured();
		const { status, body } = await outside().callWebhook(path, { names });
		before.report(`${ITEMS} items of one execution`);
		expect(status).toBe(200);
		expect(greetingsIn(body)).toEqual(names.map((name) => `Hello, ${name}!`));
		expect(runsOf(agentId)).toHaveLength(ITEMS);
	});

	test('runs many executions at once on both workers, each with its own run', async () => {
		const { account } = stack;
		const { agentId } = account.createAgent(greetingAgent);
		const path = await publishWebhook('Many', [
			autoGpt(runAndWait(agentId, '={"name": "{{ $json.body.name }}"}')),
		]);
		await outside().callWebhook(path, { name: 'the first' });
		const names = Array.from({ length: EXECUTIONS }, (_, index) => `Person ${index}`);
		const logs = queue.workers.map((worker) => worker.log().length);
		const before = measured();
		const answers = await Promise.all(
			names.map(async (name) => await outside().callWebhook(path, { name })),
		);
		before.report(`${EXECUTIONS} executions at once`);
		expect(answers.flatMap(({ body }) => greetingsIn(body))).toEqual(
			names.map((name) => `Hello, ${name}!`),
		);
		expect(runsOf(agentId)).toHaveLength(EXECUTIONS + 1);
		expect(busyWorkers(logs)).toBe(WORKERS);
	});

	test('starts a workflow once for each review and each finished run, and answers reviews', async () => {
		const { account, api } = stack;
		const { agentId } = account.createAgent(reviewAgent);
		const finished = await publishTrigger('Finished', ['runFinished'], agentId, [
			{ name: 'Done', type: 'n8n-nodes-base.noOp' },
		]);
		const answered = await publishTrigger('Reviews', ['reviewRequested'], agentId, [
			autoGpt({
				resource: 'review',
				operation: 'answer',
				runId: rl('={{ $json.run_id }}'),
				reviewId: rl('={{ $json.node_exec_id }}'),
			}),
		]);
		const texts = ['one', 'two', 'three', 'four', 'five'];
		const runs = texts.map((text) => account.startRun(agentId, { text }));
		const reported = await until(WAIT_MS, 'all runs to be reported', async () => {
			const ids = await reportedBy(finished);
			return ids.length >= runs.length ? ids : undefined;
		});
		const reviews = await reportedBy(answered);
		await Promise.all([api.deactivate(finished), api.deactivate(answered)]);
		expect(reported.sort()).toEqual([...runs].sort());
		expect(reviews).toHaveLength(runs.length);
		expect(runs.map((id) => account.run(id).outputs)).toEqual(
			texts.map((text) => ({ approved: [text] })),
		);
	});

	test('renews an OAuth2 token once while both workers need it', async () => {
		const { api, emulator } = stack;
		const credential = await connected(TOKEN_SECONDS);
		const parameters = { resource: 'agent', operation: 'getMany', limit: 1 };
		const workflow = await api.createWorkflow(
			chain('Listed', [START, autoGpt(parameters, { [OAUTH2_TYPE]: credential })]),
		);
		const first = await api.runManually(workflow.id, START.name);
		expect(first.status).toBe('success');
		// The nodes go by n8n's clock, which no test can move.
		await delay(TOKEN_SECONDS * 1_000);
		emulator.requests.length = 0;
		const logs = queue.workers.map((worker) => worker.log().length);
		const executions = await Promise.all(
			Array.from({ length: 8 }, async () => await api.runManually(workflow.id, START.name)),
		);
		expect(executions.map(({ status, error }) => error?.message ?? status)).toEqual(
			executions.map(() => 'success'),
		);
		expect(busyWorkers(logs)).toBe(WORKERS);
		// n8n's processes share a lock in Redis: whoever comes second finds the new token.
		expect(renewals()).toHaveLength(1);
		expect(refusals()).toEqual([]);
	});

	test('renews the token on a worker while that waits for a run', async () => {
		const { account, api, emulator } = stack;
		const credential = await connected(3, 3);
		const { agentId } = account.createAgent(slowAgent);
		const workflow = await api.createWorkflow(
			chain('Long', [
				START,
				autoGpt(runAndWait(agentId, { seconds: 8 }), { [OAUTH2_TYPE]: credential }),
			]),
		);
		emulator.requests.length = 0;
		const execution = await api.runManually(workflow.id, START.name);
		emulator.oauth.accessTokenLifetimeSeconds = 3600;
		expect(execution.error?.message ?? execution.status).toBe('success');
		expect(runsOf(agentId)).toHaveLength(1);
		expect(renewals().length).toBeGreaterThanOrEqual(2);
		expect(refusals()).toEqual([]);
	});

	test.each([
		['goes on', false, 'RUNNING'],
		['is stopped where the node says so', true, 'TERMINATED'],
	])('Stop in the editor ends the waiting on a worker; the run %s', async (_, stops, status) => {
		const { account, api } = stack;
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const parameters = { ...runAndWait(agentId, { name: 'Ada' }), stopRunsOnCancel: stops };
		const workflow = await api.createWorkflow(chain('Stopped', [START, autoGpt(parameters)]));
		const id = await api.startManually(workflow.id, START.name);
		const [run] = await untilRuns(agentId, 1);
		if (run) account.setRunStatus(run.id, 'RUNNING');
		await api.stopExecution(id);
		expect((await api.waitForExecution(id)).status).toBe('canceled');
		await until(
			WAIT_MS,
			`the run to be ${status}`,
			async () => await Promise.resolve(runsOf(agentId)[0]?.status === status || undefined),
		);
		expect(runsOf(agentId)).toHaveLength(1);
	});

	test('takes files from a webhook to AutoGPT and back, kept in the database', async () => {
		const name = 'Rechnung ü.pdf';
		expect(await roundTrip(name)).toMatchObject({ data: 'database', fileName: name });
	});

	describe.each([
		['while its runs are open', ORDERS.length],
		['while it starts them', 3],
	])('a worker killed %s', (_, enough) => {
		test('starts no run twice when the execution is retried on another', async () => {
			const { account, api, emulator } = stack;
			const { agentId } = account.createAgent(greetingAgent, { manual: true });
			const options = { idempotencyKey: `=${agentId}-{{ $json.order }}`, startsAtOnce: 2 };
			const workflow = await api.createWorkflow(
				chain(
					`Orders, killed at ${enough}`,
					[
						START,
						{
							name: 'Orders',
							type: 'n8n-nodes-base.set',
							typeVersion: 3.4,
							parameters: {
								mode: 'raw',
								jsonOutput: JSON.stringify({ orders: ORDERS }),
								options: {},
							},
						},
						{
							name: 'Each order',
							type: 'n8n-nodes-base.splitOut',
							parameters: { fieldToSplitOut: 'orders', options: { destinationFieldName: 'order' } },
						},
						autoGpt(runAndWait(agentId, '={"name": "{{ $json.order }}"}', options)),
					],
					{ saveExecutionProgress: true },
				),
			);
			emulator.faults.add({ method: 'POST', path: /\/runs$/, kind: { delayMs: 250 }, times: 100 });
			const killed = await api.startManually(workflow.id, START.name);
			const before = await untilRuns(agentId, enough);
			const worker = workerOf(killed);
			await worker.kill();
			queue.workers.splice(queue.workers.indexOf(worker), 1);
			const replaced = queue.addWorker(IN_FILE_SYSTEM);
			expect(['crashed', 'error']).toContain((await api.waitForExecution(killed)).status);
			// What the dead worker had sent is taken by now, and no one else started anything.
			const started = runsOf(agentId).length;
			if (enough < ORDERS.length) expect(started).toBeLessThan(ORDERS.length);
			emulator.faults.clear();

			const retried = api.retryExecution(killed);
			const runs = await untilRuns(agentId, ORDERS.length);
			for (const { id, inputs } of runs) {
				account.finishRun(id, 'COMPLETED', { greeting: [inputs.name] });
			}
			const execution = await retried;
			expect(execution.error?.message ?? execution.status).toBe('success');
			expect(runsOf(agentId)).toHaveLength(ORDERS.length);
			expect(runs.map(({ id }) => id)).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
			const byName = new Map(runs.map(({ id, inputs }) => [inputs.name, id]));
			expect(idsIn(execution)).toEqual(ORDERS.map((order) => byName.get(order)));
			await replaced;
		});
	});

	// The workers that took the place of those that were killed.
	test('takes files from a webhook to AutoGPT and back, kept in the file system', async () => {
		const name = 'Rechnung ß.pdf';
		expect(await roundTrip(name)).toMatchObject({ data: 'filesystem-v2', fileName: name });
	});

	test('kept to the contract all the time', () => {
		expect(stack.emulator.contractViolations).toEqual([]);
	});

	/** Takes a file from a webhook to AutoGPT, from there back into n8n, and to AutoGPT again. */
	async function roundTrip(name: string): Promise<unknown> {
		const { account, api } = stack;
		const content = randomBytes(FILE_BYTES);
		const upload = { resource: 'file', operation: 'upload' };
		const path = await publishWebhook('Files', [
			{ ...autoGpt({ ...upload, binaryPropertyName: 'file' }), name: 'Upload' },
			{
				...autoGpt({ resource: 'file', operation: 'download', fileId: rl('={{ $json.id }}') }),
				name: 'Download',
			},
			{ ...autoGpt({ ...upload, fileName: `Again ${name}` }), name: 'Upload again' },
		]);
		const answer = await until(WAIT_MS, 'the webhook', async () => {
			const body = new FormData();
			body.append('file', new Blob([content], { type: 'application/pdf' }), name);
			const url = `${queue.webhook.url}/webhook/${path}`;
			const response = await fetch(url, { method: 'POST', body });
			return response.status === 404 ? undefined : response;
		});
		expect(answer.status).toBe(200);
		const files = account.files().filter((file) => file.name.includes(name));
		expect(files.map((file) => file.name).sort()).toEqual([`Again ${name}`, name].sort());
		const sha256 = createHash('sha256').update(content).digest('hex');
		expect(files.map((file) => file.sha256)).toEqual([sha256, sha256]);
		const [newest] = await api.listExecutions();
		const { nodes } = await api.getExecution(newest?.id ?? '');
		return nodes.Download?.[0]?.outputs[0]?.[0]?.binary?.data;
	}

	/** The webhook process, as those outside see it. */
	const outside = () => new N8nApi(queue.webhook.url);

	const runsOf = (agentId: string) => stack.account.runs().filter((run) => run.agentId === agentId);

	const untilRuns = async (agentId: string, count: number) =>
		await until(WAIT_MS, `${count} runs`, async () => {
			const runs = runsOf(agentId);
			return await Promise.resolve(runs.length >= count ? runs : undefined);
		});

	const renewals = () =>
		stack.emulator.requests.filter(({ path }) => path.endsWith('/oauth/token'));

	const refusals = () =>
		stack.emulator.requests.filter(({ status }) => [401, 429].includes(status));

	/** Workers that have carried out at least one execution since the given places in their logs. */
	function busyWorkers(since: number[]): number {
		return queue.workers.filter((worker, index) =>
			worker.log().slice(since[index]).includes('finished execution'),
		).length;
	}

	/** The worker that has begun an execution. */
	function workerOf(executionId: string): N8n {
		const found = queue.workers.find((worker) =>
			worker.log().includes(`started execution ${executionId} `),
		);
		if (!found) throw new Error(`No worker has begun execution ${executionId}.`);
		return found;
	}

	function autoGpt(
		parameters: INodeParameters,
		credentials: Record<string, CredentialReference> = stack.credentials,
	): NodeDraft {
		const authentication = OAUTH2_TYPE in credentials ? { authentication: 'oAuth2' } : {};
		return {
			name: NODE,
			type: AUTOGPT_NODE,
			parameters: { ...authentication, ...parameters },
			credentials,
		};
	}

	/** Publishes a workflow that answers a webhook with what its last node returns. */
	async function publishWebhook(name: string, drafts: NodeDraft[]): Promise<string> {
		const { api } = stack;
		const path = randomBytes(8).toString('hex');
		const parameters = {
			httpMethod: 'POST',
			path,
			responseMode: 'lastNode',
			responseData: 'allEntries',
		};
		const type = 'n8n-nodes-base.webhook';
		const webhook = { name: 'Webhook', type, typeVersion: 2, parameters, webhookId: path };
		await api.activate(await api.createWorkflow(chain(name, [webhook, ...drafts])));
		return path;
	}

	/** Publishes a workflow of the trigger, and waits until that knows what is old; gives its ID. */
	async function publishTrigger(
		name: string,
		events: string[],
		agentId: string,
		drafts: NodeDraft[],
	): Promise<string> {
		const { api, credentials } = stack;
		const trigger: NodeDraft = {
			name: 'AutoGPT Trigger',
			type: `${PACKAGE_NAME}.autoGptTrigger`,
			parameters: {
				pollTimes: { item: OFTEN },
				events,
				agents: { agent: [{ agentId: rl(agentId) }] },
			},
			credentials,
		};
		const workflow = await api.createWorkflow(chain(name, [trigger, ...drafts]));
		await api.activate(workflow);
		await untilPolled(stack, workflow.id);
		return workflow.id;
	}

	/** IDs of what the trigger of a workflow has reported in executions that succeeded. */
	async function reportedBy(workflowId: string): Promise<unknown[]> {
		const { api } = stack;
		const executions = await api.listExecutions(workflowId);
		const done = executions.filter(({ status }) => status === 'success');
		const items = await Promise.all(
			done.map(async ({ id }) => {
				const { nodes } = await api.getExecution(id);
				return nodes['AutoGPT Trigger']?.[0]?.outputs[0] ?? [];
			}),
		);
		return items.flat().map(({ json }) => json.id ?? json.node_exec_id);
	}

	/** Publishes the relay once, and connects a credential whose first token lives that long. */
	async function connected(seconds: number, later = 3600): Promise<CredentialReference> {
		const { api, emulator } = stack;
		const throughWebhooks = { ...stack, n8n: queue.webhook };
		const name = 'AutoGPT OAuth Token Relay';
		if (!(await api.listWorkflows()).some((workflow) => workflow.name === name)) {
			await publishRelay(throughWebhooks, [client]);
		}
		const credential = await createOAuth2Credential(throughWebhooks, 'Connected', client);
		emulator.oauth.accessTokenLifetimeSeconds = seconds;
		await connectAccount(stack, credential.id);
		emulator.oauth.accessTokenLifetimeSeconds = later;
		return credential;
	}

	/** Writes times and requests of what comes next into the log of the tests. */
	function measured() {
		const { requests } = stack.emulator;
		const began = Date.now();
		const sent = requests.length;
		return {
			report: (what: string) => {
				const seconds = ((Date.now() - began) / 1000).toFixed(1);
				process.stdout.write(`${what}: ${seconds} s, ${requests.length - sent} requests\n`);
			},
		};
	}
});

function greetingsIn(body: unknown): unknown[] {
	const items = Array.isArray(body) ? body : [body];
	return items.map((item: { outputs?: { greeting?: unknown } }) => item.outputs?.greeting);
}

function idsIn(execution: Execution): unknown[] {
	return (execution.nodes[NODE]?.at(-1)?.outputs[0] ?? []).map(({ json }) => json.id);
}
