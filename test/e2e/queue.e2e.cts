import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { startN8n, type N8n } from '../host/n8n.cts';
import { hostRoot } from '../host/paths.cts';
import { untilPolled } from '../host/pollState.cts';
import { queueSettings, startRedis, type Redis } from '../host/queue.cts';
import {
	connectAccount,
	createOAuth2Credential,
	OAUTH2_TYPE,
	publishRelay,
	redirectUrl,
} from '../host/relay.cts';
import { AUTOGPT_NODE, PACKAGE_NAME, startStack, type Stack } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { chain, type CredentialReference } from '../host/workflow.cts';
import { greetingAgent, slowAgent } from '../emulator/agents';
import { rl } from '../harness/locator.cts';

const WORKERS = 2;
const EXECUTIONS = 8;
const TOKEN_SECONDS = 4;
/** Three processes of n8n. */
const START_TIMEOUT_MS = 180_000;

describe('An n8n in queue mode with two workers', () => {
	let redis: Redis;
	let stack: Stack;
	let workers: N8n[] = [];

	beforeAll(async () => {
		redis = await startRedis();
		const userFolder = join(hostRoot, 'e2e', 'queue');
		rmSync(userFolder, { recursive: true, force: true });
		mkdirSync(userFolder, { recursive: true });
		const n8nEnv = queueSettings(redis);
		const tarball = process.env.AUTOGPT_PACK_TARBALL;
		const logFile = join(userFolder, 'n8n.log');
		stack = await startStack({ userFolder, n8nEnv, tarball, logFile });
		workers = await Promise.all(
			Array.from({ length: WORKERS }, async (_, index) =>
				startN8n({
					userFolder,
					env: n8nEnv,
					command: 'worker',
					logFile: join(userFolder, `worker-${index}.log`),
				}),
			),
		);
	}, START_TIMEOUT_MS);

	afterAll(async () => {
		await Promise.all(workers.map(async (worker) => await worker.stop()));
		await stack?.stop();
		await redis?.stop();
	});

	/** Workers that have carried out at least one execution since the given places in their logs. */
	function busyWorkers(since: number[]): number {
		return workers.filter((worker, index) =>
			worker.log().slice(since[index]).includes('finished execution'),
		).length;
	}

	test('runs agents on both workers, each item with its own run', async () => {
		const { account, api, credentials } = stack;
		const { agentId } = account.createAgent(slowAgent);
		const workflow = await api.createWorkflow(
			chain('Slow', [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{
					name: 'AutoGPT',
					type: AUTOGPT_NODE,
					parameters: {
						resource: 'agent',
						operation: 'runAndWait',
						agentId: rl(agentId),
						inputsMode: 'json',
						inputsJson: '{"seconds": 2}',
					},
					credentials,
				},
			]),
		);
		const logs = workers.map((worker) => worker.log().length);
		const before = account.runs().length;
		const executions = await Promise.all(
			Array.from({ length: EXECUTIONS }, async () => await api.runManually(workflow.id, 'Start')),
		);
		expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
		const ids = executions.map(({ nodes }) => nodes.AutoGPT?.[0]?.outputs[0]?.[0]?.json.id);
		expect(new Set(ids).size).toBe(EXECUTIONS);
		expect(account.runs().length - before).toBe(EXECUTIONS);
		expect(busyWorkers(logs)).toBe(WORKERS);
	});

	test('starts a worker once for each finished run', async () => {
		const { account, api, credentials } = stack;
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const agents = { agent: [{ agentId: rl(agentId) }] };
		const workflow = await api.createWorkflow(
			chain('Woken', [
				{
					name: 'AutoGPT Trigger',
					type: `${PACKAGE_NAME}.autoGptTrigger`,
					parameters: { pollTimes: { item: [{ mode: 'everyMinute' }] }, agents },
					credentials,
				},
				{ name: 'Done', type: 'n8n-nodes-base.noOp' },
			]),
		);
		const ids = Array.from({ length: 5 }, () => account.startRun(agentId));
		await api.activate(workflow);
		await untilPolled(stack, workflow.id);
		ids.forEach((id) => account.finishRun(id));
		const [execution] = await until(90_000, 'an execution', async () => {
			const list = await api.listExecutions(workflow.id);
			return list.some(({ status }) => status === 'success') ? list : undefined;
		});
		await api.deactivate(workflow.id);
		const { nodes } = await api.getExecution(execution?.id ?? '');
		const reported = nodes['AutoGPT Trigger']?.[0]?.outputs[0]?.map(({ json }) => json.id);
		expect(reported).toEqual(ids);
	});

	test('renews an OAuth2 token while both workers need it', async () => {
		const { api, emulator } = stack;
		const account = await connectedAccount();
		const workflow = await api.createWorkflow(
			chain('Listed', [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{
					name: 'AutoGPT',
					type: AUTOGPT_NODE,
					parameters: {
						authentication: 'oAuth2',
						resource: 'agent',
						operation: 'getMany',
						limit: 1,
					},
					credentials: { [OAUTH2_TYPE]: account },
				},
			]),
		);
		const first = await api.runManually(workflow.id, 'Start');
		expect(first.status).toBe('success');
		// The nodes go by n8n's clock, which no test can move.
		await delay(TOKEN_SECONDS * 1_000);
		emulator.requests.length = 0;
		const logs = workers.map((worker) => worker.log().length);
		const executions = await Promise.all(
			Array.from({ length: EXECUTIONS }, async () => await api.runManually(workflow.id, 'Start')),
		);
		expect(executions.map(({ status, error }) => error?.message ?? status)).toEqual(
			executions.map(() => 'success'),
		);
		expect(busyWorkers(logs)).toBe(WORKERS);
		const renewals = emulator.requests.filter(({ path }) => path.endsWith('/oauth/token'));
		const refusals = emulator.requests.filter(({ status }) => [401, 429].includes(status));
		// n8n's processes share a lock in Redis: whoever comes second finds the new token.
		expect(renewals).toHaveLength(1);
		expect(refusals).toEqual([]);
	});

	test('renews the token on a worker while that waits for a run', async () => {
		const { account, api, emulator } = stack;
		const client = emulator.oauth.createApp({ redirectUris: [redirectUrl(stack)] });
		const credential = await createOAuth2Credential(stack, 'Ends mid-way', client);
		emulator.oauth.accessTokenLifetimeSeconds = 3;
		await connectAccount(stack, credential.id);
		const { agentId } = account.createAgent(slowAgent);
		const workflow = await api.createWorkflow(
			chain('Long', [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{
					name: 'AutoGPT',
					type: AUTOGPT_NODE,
					parameters: {
						authentication: 'oAuth2',
						resource: 'agent',
						operation: 'runAndWait',
						agentId: rl(agentId),
						inputsMode: 'json',
						inputsJson: '{"seconds": 10}',
					},
					credentials: { [OAUTH2_TYPE]: credential },
				},
			]),
		);
		emulator.requests.length = 0;
		const runs = account.runs().length;
		const execution = await api.runManually(workflow.id, 'Start');
		emulator.oauth.accessTokenLifetimeSeconds = 3600;
		expect(execution.error?.message ?? execution.status).toBe('success');
		expect(account.runs().length - runs).toBe(1);
		const renewals = emulator.requests.filter(({ path }) => path.endsWith('/oauth/token'));
		expect(renewals.length).toBeGreaterThanOrEqual(2);
		expect(emulator.requests.filter(({ status }) => [401, 429].includes(status))).toEqual([]);
		expect(emulator.contractViolations).toEqual([]);
	});

	/** Publishes the relay, and connects a credential whose first token lives for four seconds. */
	async function connectedAccount(): Promise<CredentialReference> {
		const { emulator } = stack;
		await publishRelay(stack);
		const client = emulator.oauth.createApp({ redirectUris: [redirectUrl(stack)] });
		const credential = await createOAuth2Credential(stack, 'Connected', client);
		emulator.oauth.accessTokenLifetimeSeconds = TOKEN_SECONDS;
		await connectAccount(stack, credential.id);
		emulator.oauth.accessTokenLifetimeSeconds = 3600;
		return credential;
	}
});
