import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { everythingStored } from '../host/database.cts';
import { hostRoot } from '../host/paths.cts';
import {
	connectAccount,
	createOAuth2Credential,
	OAUTH2_TYPE,
	publishRelay,
	redirectUrl,
} from '../host/relay.cts';
import { AUTOGPT_NODE, CREDENTIAL_TYPE } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { chain, type CredentialReference } from '../host/workflow.cts';
import { greetingAgent } from '../emulator/agents';
import type { FaultKind } from '../emulator/index.cts';
import { useStack } from './stack.cts';
import { rl } from '../harness/locator.cts';

const USER_FOLDER = join(hostRoot, 'e2e', 'secrets');
/** n8n removes what it does not save at its next clean-up: here after three seconds. */
const CLEAN_UP_MINUTES = '0.05';
const OAUTH_SECRETS = /agpt_(secret|xt|rt)_[\w-]{8}/;
const WRONG_KEY = 'agpt_WrongKeyThatNobodyMade1234567890';

const refusal = (status: number, message: string): FaultKind => ({
	status,
	body: { error: { code: 'bad_request', message, details: null } },
});

interface Trial {
	fault?: FaultKind;
	name?: string;
}

/** What goes wrong, given the key that the server may echo. Only the first ends well. */
const FAULTS: Record<string, (key: string) => FaultKind> = {
	nothing: () => ({ delayMs: 0 }),
	badRequest: (key) => refusal(400, `You sent ${key}`),
	forbidden: (key) => refusal(403, `Not with ${key}`),
	serverError: () => ({ status: 500 }),
	unavailable: (key) => refusal(503, `You sent ${key}`),
	cutConnection: () => ({ before: 'drop' }),
	redirect: () => ({ redirect: 'http://localhost:1/elsewhere' }),
	proxyPage: () => ({ html: 502 }),
};

describe('Keys and tokens in what n8n writes down', () => {
	const stack = useStack('secrets', {
		n8nEnv: {
			N8N_LOG_LEVEL: 'debug',
			EXECUTIONS_DATA_PRUNE_HARD_DELETE_INTERVAL: CLEAN_UP_MINUTES,
			DB_SQLITE_VACUUM_ON_STARTUP: 'true',
		},
	});
	let account: CredentialReference;
	let wrongKey: CredentialReference;

	beforeAll(async () => {
		const client = stack().emulator.oauth.createApp({ redirectUris: [redirectUrl(stack())] });
		await publishRelay(stack(), [client]);
		account = await createOAuth2Credential(stack(), 'Connected', client);
		await connectAccount(stack(), account.id);
		const data = { baseUrl: stack().emulator.baseUrl, apiKey: WRONG_KEY };
		wrongKey = await stack().api.createCredential('Wrong', CREDENTIAL_TYPE, data);
	});

	/** Runs a new agent in a workflow that stays, and gives back what n8n keeps of it. */
	async function greet(credentials: Record<string, CredentialReference>, trial: Trial = {}) {
		const { api, emulator } = stack();
		const { agentId } = stack().account.createAgent(greetingAgent);
		if (trial.fault) {
			emulator.faults.add({ path: new RegExp(`${agentId}/runs`), times: 100, kind: trial.fault });
		}
		const workflow = await api.createWorkflow(
			chain('Greeting', [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{
					name: 'AutoGPT',
					type: AUTOGPT_NODE,
					parameters: {
						authentication: OAUTH2_TYPE in credentials ? 'oAuth2' : 'apiKey',
						resource: 'agent',
						operation: 'runAndWait',
						agentId: rl(agentId),
						inputsMode: 'json',
						inputsJson: JSON.stringify({ name: trial.name ?? 'Ada' }),
					},
					credentials,
				},
			]),
		);
		return await api.runManually(workflow.id, 'Start');
	}

	/**
	 * All faults at once, each with an agent of its own: some take half a minute of retries. The
	 * refused credential comes last, since its refusal counts for all that use it.
	 */
	async function greetThroughFaults(credentials: Record<string, CredentialReference>) {
		const { apiKey } = stack();
		const executions = await Promise.all(
			Object.values(FAULTS).map(
				async (fault) => await greet(credentials, { fault: fault(apiKey) }),
			),
		);
		executions.push(await greet(credentials, { fault: refusal(401, 'No') }));
		return executions.map((execution) => ({
			status: execution.status,
			text: JSON.stringify(execution),
		}));
	}

	/** Every file in n8n's folder but the database, whose rows are read on their own. */
	function filesOfN8n(): string {
		const folder = join(USER_FOLDER, '.n8n');
		return readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((path) => !path.startsWith('nodes') && !path.startsWith('database'))
			.map((path) => join(folder, path))
			.filter((path) => statSync(path).isFile())
			.map((path) => readFileSync(path, 'latin1'))
			.join('\n');
	}

	test.each([
		['an API key', () => stack().credentials],
		['an OAuth2 token', () => ({ [OAUTH2_TYPE]: account })],
	])(
		'%s is in no execution, whatever goes wrong',
		async (_, credentials) => {
			const executions = await greetThroughFaults(credentials());
			const failed = executions.slice(1).map(() => 'error');
			expect(executions.map(({ status }) => status)).toEqual(['success', ...failed]);
			for (const { text } of executions) {
				expect(text).not.toContain(stack().apiKey);
				expect(text).not.toMatch(OAUTH_SECRETS);
			}
		},
		120_000,
	);

	test('a wrong API key is in no execution', async () => {
		const execution = await greet({ [CREDENTIAL_TYPE]: wrongKey });
		expect(execution.status).toBe('error');
		expect(JSON.stringify(execution)).not.toContain(WRONG_KEY);
	});

	test('none is in the log, in a file of n8n, or in a row of its database', async () => {
		const { apiKey, credentials, n8n } = stack();
		// What can be found shows that the search finds what is there.
		await greet(credentials, { name: 'Visible Visitor' });
		const stored = await until(20_000, 'the relay to be cleaned up', async () => {
			const rows = await everythingStored(USER_FOLDER);
			return OAUTH_SECRETS.test(rows) ? undefined : rows;
		});
		expect(stored).toContain('Visible Visitor');
		expect(n8n.log()).toContain('debug');
		for (const text of [stored, n8n.log(), filesOfN8n()]) {
			expect(text).not.toContain(apiKey);
			expect(text).not.toContain(WRONG_KEY);
			expect(text).not.toMatch(OAUTH_SECRETS);
		}
	});

	test('nor in the bytes of the database, once n8n has tidied its file at a start', async () => {
		await stack().restart('stop');
		await stack().n8n.stop();
		const file = readFileSync(join(USER_FOLDER, '.n8n', 'database.sqlite'), 'latin1');
		expect(file).toContain('Visible Visitor');
		expect(file).not.toContain(stack().apiKey);
		expect(file).not.toContain(WRONG_KEY);
		expect(file).not.toMatch(OAUTH_SECRETS);
		expect(stack().emulator.contractViolations).toEqual([]);
	});
});
