import { readFileSync, rmSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { openEditor, type Editor } from '../host/editor.cts';
import { asObject, asText } from '../host/json.cts';
import { startN8n, type N8n } from '../host/n8n.cts';
import { hostRoot, repository } from '../host/paths.cts';
import { queueSettings, startRedis, type Redis } from '../host/queue.cts';
import { AUTOGPT_NODE, PACKAGE_NAME, startStack, type Stack } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { chain, type CredentialReference, type WorkflowDraft } from '../host/workflow.cts';
import { greetingAgent, slowAgent } from '../platform/agents';

const WORKERS = 2;
const EXECUTIONS = 8;
const OAUTH2 = 'autoGptOAuth2Api';
const RELAY_PATH = 'webhook/autogpt-oauth-token';

describe('An n8n in queue mode with two workers', () => {
	let redis: Redis;
	let stack: Stack;
	let workers: N8n[] = [];
	let editor: Editor | undefined;

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
	}, 300_000);

	afterAll(async () => {
		await editor?.close();
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
						agentId: { __rl: true, mode: 'id', value: agentId },
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

	test('wakes a worker once for each finished run', async () => {
		const { account, api, credentials, platform } = stack;
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const agents = { agent: [{ agentId: { __rl: true, mode: 'id', value: agentId } }] };
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
		await until(90_000, 'the first poll', async () => {
			return platform.requests.some(({ path }) => path.includes('started_after')) || undefined;
		});
		await delay(1_000);
		ids.forEach((id) => account.finishRun(id));
		const [execution] = await until(90_000, 'an execution', async () => {
			const list = await api.listExecutions(workflow.id);
			return list.some(({ status }) => status === 'success') ? list : undefined;
		});
		await api.deactivate(workflow.id);
		const { nodes } = await api.getExecution(execution?.id ?? '');
		const told = nodes['AutoGPT Trigger']?.[0]?.outputs[0]?.map(({ json }) => json.id);
		expect(told).toEqual(ids);
	});

	test('renews an OAuth2 token while both workers need it', async () => {
		const { api, platform } = stack;
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
					credentials: { [OAUTH2]: account },
				},
			]),
		);
		const first = await api.runManually(workflow.id, 'Start');
		expect(first.status).toBe('success');
		await delay(4_500);
		platform.requests.length = 0;
		const logs = workers.map((worker) => worker.log().length);
		const executions = await Promise.all(
			Array.from({ length: EXECUTIONS }, async () => await api.runManually(workflow.id, 'Start')),
		);
		expect(executions.map(({ status, error }) => error?.message ?? status)).toEqual(
			executions.map(() => 'success'),
		);
		expect(busyWorkers(logs)).toBe(WORKERS);
		const renewals = platform.requests.filter(({ path }) => path.endsWith('/oauth/token'));
		const refusals = platform.requests.filter(({ status }) => [401, 429].includes(status));
		// One for each worker at most: they share the stored token, but no lock.
		expect(renewals.length).toBeLessThanOrEqual(WORKERS);
		expect(refusals.length).toBeLessThanOrEqual(WORKERS);
	});

	/** Publishes the relay, and connects a credential whose first token lives for four seconds. */
	async function connectedAccount(): Promise<CredentialReference> {
		const { api, n8n, platform } = stack;
		const file = readFileSync(join(repository, 'examples', 'oauth-token-relay.json'), 'utf8');
		const text = file.replace('https://backend.agpt.co', platform.origin);
		const draft = asObject(JSON.parse(text), 'relay');
		delete draft.active;
		await api.activate(await api.createWorkflow(draft as unknown as WorkflowDraft));
		await until(30_000, 'the relay to be published', async () => {
			const { status } = await fetch(`${n8n.url}/${RELAY_PATH}`, { method: 'POST' });
			return status === 404 ? undefined : status;
		});
		const redirect = `${n8n.url}/rest/oauth2-credential/callback`;
		const app = platform.oauth.createApp({ redirectUris: [redirect], name: 'Our n8n' });
		const credential = await api.createCredential('Connected', OAUTH2, {
			accessTokenUrl: `${n8n.url}/${RELAY_PATH}`,
			webUrl: platform.webUrl,
			baseUrl: platform.baseUrl,
			teamId: '',
			grantType: 'pkce',
			...app,
		});
		platform.oauth.accessTokenLifetimeSeconds = 4;
		const path = `/rest/oauth2-credential/auth?id=${credential.id}`;
		const url = asText(await api.session.request('GET', path), 'auth url');
		editor = await openEditor(n8n);
		await editor.page.goto(url);
		await editor.page.getByRole('button', { name: 'Allow' }).click();
		await editor.page.waitForLoadState('networkidle');
		platform.oauth.accessTokenLifetimeSeconds = 3600;
		return credential;
	}
});
