import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';

import { echoAgent, failingAgent, fileAgent, greetingAgent } from '../emulator/agents';
import type { StoredWorkflow } from '../host/api.cts';
import { createDataTable, type DataTable } from '../host/dataTable.cts';
import { openEditor, type Editor } from '../host/editor.cts';
import { exampleDraft, exampleNames, readExample, type Chosen } from '../host/example.cts';
import { canvasPicture } from '../host/guidePicture.cts';
import { asArray, asObject, asText } from '../host/json.cts';
import { startLanguageModel, TOOL_CALLED, type LanguageModel } from '../host/languageModel.cts';
import { openMailbox, type Mail, type Mailbox } from '../host/mailbox.cts';
import { untilPolled } from '../host/pollState.cts';
import { LOOPBACK } from '../host/ports.cts';
import { until } from '../host/until.cts';
import type { CredentialReference } from '../host/workflow.cts';
import { useStack } from './stack.cts';

const WAIT_MS = 100_000;

/** The webhook that AutoGPT gives an agent that begins with a trigger block. */
interface AgentWebhook {
	url: string;
	close(): Promise<void>;
}

/** Takes JSON at any path, and starts what is to be started with it. */
async function openWebhook(start: (body: unknown) => void): Promise<AgentWebhook> {
	const server: Server = createServer((request, response) => {
		let text = '';
		request.setEncoding('utf8').on('data', (part: string) => (text += part));
		request.on('end', () => {
			start(JSON.parse(text));
			response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
		});
	});
	server.listen(0, LOOPBACK);
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://${LOOPBACK}:${port}/generic_webhook/webhooks/1/ingress`,
		close: async () => await new Promise<void>((resolve) => server.close(() => resolve())),
	};
}

/** What the notes of examples ask for, beside what is picked, as the pictures show it. */
const FILLED_IN: Record<string, Chosen['parameters']> = {
	'oauth-token-relay': { 'AutoGPT OAuth Relay': { clientId: 'the-client-id-of-your-app' } },
};

/**
 * The examples as users import them, with their choices made. AutoGPT is asked once a minute: what
 * the triggers wait for is begun before all, and looked at last.
 */
describe('The examples in n8n', () => {
	const stack = useStack('examples');
	let mailbox: Mailbox;
	let model: LanguageModel;
	let editor: Editor;
	let webhook: AgentWebhook;
	let table: DataTable;
	let credentials: Record<string, CredentialReference>;
	const agents: Record<string, string> = {};
	const stored = new Map<string, StoredWorkflow>();

	/** What a user sets in each example, beside credentials. */
	function choices(): Record<string, Omit<Chosen, 'credentials'>> {
		const agentId = (name: string) => ({ value: agents[name] ?? '', name });
		return {
			'form-to-email': { picked: { agentId: agentId('Greeting agent') } },
			'rows-to-table': {
				picked: {
					agentId: agentId('Greeting agent'),
					dataTableId: { value: table.id, name: 'People' },
				},
			},
			'file-to-file': { picked: { agentId: agentId('File agent') } },
			'nightly-report': { picked: { agentId: agentId('Greeting agent') } },
			'ai-agent-with-two-tools': { picked: { agentId: agentId('Greeting agent') } },
			'failed-runs-to-error-workflow': { picked: { agentId: agentId('Failing agent') } },
			'long-run': { picked: { agentId: agentId('Echo agent') } },
			'long-run-callback': { picked: { agentId: agentId('Echo agent') } },
			'start-a-webhook-agent': {
				picked: { agentId: agentId('Echo agent') },
				parameters: { "Call the Agent's Webhook": callOf(webhook.url) },
			},
		};
	}

	/** The request of the example, to another address. */
	function callOf(url: string) {
		const nodes = asArray(readExample('start-a-webhook-agent').nodes, 'nodes');
		const node = nodes
			.map((one) => asObject(one, 'node'))
			.find(({ name }) => name === "Call the Agent's Webhook");
		return { ...asObject(node?.parameters, 'parameters'), url };
	}

	async function imported(name: string): Promise<StoredWorkflow> {
		const known = stored.get(name);
		if (known) return known;
		const draft = exampleDraft(name, { credentials, ...choices()[name] });
		const workflow = await stack().api.createWorkflow(draft);
		stored.set(name, workflow);
		return workflow;
	}

	async function published(name: string): Promise<StoredWorkflow> {
		const workflow = await imported(name);
		await stack().api.activate(workflow);
		return workflow;
	}

	/** The mail of which this is so, once it has come. */
	const mailWith = async (what: string, test: (mail: Mail) => boolean) =>
		await until(
			WAIT_MS,
			`the mail ${what}`,
			async () => await Promise.resolve(mailbox.mails.find(test)),
		);

	/** Opens the form of a published example in a page of its own. */
	async function withForm(name: string, act: (page: Page) => Promise<void>): Promise<void> {
		const nodes = asArray(readExample(name).nodes, 'nodes').map((node) => asObject(node, 'node'));
		const form = nodes.find(({ type }) => type === 'n8n-nodes-base.formTrigger');
		const url = `${stack().n8n.url}/form/${asText(form?.webhookId, 'webhookId')}`;
		const page = await editor.page.context().newPage();
		try {
			await until(WAIT_MS, 'the form to be published', async () => {
				const response = await page.goto(url);
				return response?.ok() === true ? true : undefined;
			});
			await act(page);
		} finally {
			await page.close();
		}
	}

	beforeAll(async () => {
		const { api, account, n8n } = stack();
		mailbox = await openMailbox();
		model = await startLanguageModel();
		const smtp = await api.createCredential('Mail', 'smtp', {
			...{ host: '127.0.0.1', port: mailbox.port, secure: false, disableStartTls: true },
			...{ user: '', password: '', hostName: '' },
		});
		const openAi = { apiKey: 'sk-of-the-local-model', url: model.url };
		const openAiApi = await api.createCredential('Local model', 'openAiApi', openAi);
		credentials = { ...stack().credentials, smtp, openAiApi };
		table = await createDataTable(api, 'People', ['name', 'answer', 'status']);
		for (const graph of [greetingAgent, fileAgent, failingAgent, echoAgent]) {
			agents[graph.name] = account.createAgent(graph).agentId;
		}
		webhook = await openWebhook((body) => {
			account.startRun(agents['Echo agent'] ?? '', {
				value: asText(asObject(body, 'body').text, 'text'),
			});
		});
		editor = await openEditor(n8n);
		for (const name of ['finished-run-to-message', 'start-a-webhook-agent']) {
			await untilPolled(stack(), (await published(name)).id);
		}
		account.startRun(agents['Greeting agent'] ?? '', { name: 'Grace' });
		await withForm('start-a-webhook-agent', async (page) => {
			await page.getByLabel('Text').fill('Sent to the webhook');
			await page.getByRole('button', { name: 'Submit' }).click();
			// A page that is closed at once takes back what it was about to send.
			await page.getByText('Your response has been recorded').waitFor();
		});
	}, 300_000);

	afterAll(async () => {
		expect(stack().emulator.contractViolations).toEqual([]);
		await editor?.close();
		await webhook?.close();
		await model?.close();
		await mailbox?.close();
	});

	test('form to email: what the agent made of a form comes by email', async () => {
		await published('form-to-email');
		await withForm('form-to-email', async (page) => {
			await page.getByLabel('Name').fill('Ada');
			await page.getByLabel('Email').fill('ada@example.com');
			await page.getByRole('button', { name: 'Submit' }).click();
			await page.getByText('Thank you. The result comes by email.').waitFor();
		});
		const { text } = await mailWith('to Ada', ({ to }) => to === 'ada@example.com');
		expect(text).toContain('greeting: Hello, Ada!');
		expect(text).toContain('/library/agents/');
	});

	test('rows to table: each open row gets its answer or its reason, and is run once', async () => {
		const { account, api } = stack();
		await table.insert([{ name: 'Ada' }, { name: '' }, { name: 'Bob' }]);
		const workflow = await imported('rows-to-table');
		const runs = () => account.runs().filter(({ inputs }) => inputs.name !== 'Grace');
		const before = runs().length;
		for (let pass = 0; pass < 2; pass++) {
			const { error, status } = await api.runManually(
				workflow.id,
				'When clicking ‘Execute workflow’',
			);
			expect([error, status]).toEqual([undefined, 'success']);
		}
		expect(await table.rows()).toMatchObject([
			{ name: 'Ada', answer: 'Hello, Ada!', status: 'completed' },
			{ name: '', answer: null, status: "Agent 'Greeting agent' needs: name" },
			{ name: 'Bob', answer: 'Hello, Bob!', status: 'completed' },
		]);
		expect(runs()).toHaveLength(before + 2);
	});

	test('file to file: the page returns the file that the agent made', async () => {
		await published('file-to-file');
		await withForm('file-to-file', async (page) => {
			const buffer = Buffer.from('What is in the file');
			const file = { name: 'letter.txt', mimeType: 'text/plain', buffer };
			await page.locator('input[type=file]').setInputFiles(file);
			const download = page.waitForEvent('download');
			await page.getByRole('button', { name: 'Submit' }).click();
			const path = await (await download).path();
			expect(readFileSync(path, 'utf8')).toBe('What is in the file');
		});
	});

	test('AI agent with two tools: the model runs an agent and looks up its run', async () => {
		const { api, account } = stack();
		const workflow = await imported('ai-agent-with-two-tools');
		const name = 'When chat message received';
		await api.updateWorkflow(workflow.id, {
			pinData: {
				[name]: [{ json: { sessionId: '1', action: 'sendMessage', chatInput: 'Greet Eve' } }],
			},
		});
		model.script(
			[{ [TOOL_CALLED]: 'Run_Agent', Name: 'Eve' }],
			[{ [TOOL_CALLED]: 'Look_Up_Runs' }],
		);
		const execution = await api.runManually(workflow.id, name);
		expect(execution.error).toBeUndefined();
		const run = account.runs().find(({ inputs }) => inputs.name === 'Eve');
		const [greeted = '', listed = ''] = model.toolResults();
		expect(greeted).toContain('Hello, Eve!');
		expect(listed).toContain(run?.id);
		expect(Object.keys(asObject(asArray(JSON.parse(listed), 'runs')[0], 'run')).sort()).toEqual([
			'ended_at',
			'id',
			'started_at',
			'status',
		]);
	});

	test('nightly report: result and cost come by email, also when the agent fails', async () => {
		const { api } = stack();
		const workflow = await imported('nightly-report');
		const { error } = await api.runManually(workflow.id, 'Every Night');
		expect(error).toBeUndefined();
		const isReport = ({ subject }: Mail) => /^Agents cost \d+\.\d\d USD in 24 hours$/.test(subject);
		const { text } = await mailWith('with the cost', isReport);
		expect(text).toMatch(/greeting: Hello, Ada![^]*\d+ runs, \d+\.\d\d USD/);

		const { emulator } = stack();
		emulator.faults.add({ method: 'POST', path: /\/runs$/, kind: { status: 402 }, times: 9 });
		await api.runManually(workflow.id, 'Every Night');
		emulator.faults.clear();
		const isFailure = (mail: Mail) => isReport(mail) && mail.text.includes('The agent failed: ');
		expect((await mailWith('with the failure', isFailure)).text).toMatch(/\d+ runs, \d+\.\d\d USD/);
	});

	test('failed runs to an error workflow: the reason comes by email', async () => {
		await published('failed-runs-to-error-workflow');
		await stack().api.callWebhook('run-my-agent', { text: 'anything' });
		const { text } = await mailWith('with the reason', ({ subject }) =>
			subject.startsWith('Failed: AutoGPT'),
		);
		expect(text).toContain('The service said no');
		expect(text).toContain('/library/agents/');
		expect(text).toContain('/executions/');
	});

	test('start a webhook agent: the run that the webhook started comes by email', async () => {
		const { text, subject } = await mailWith(
			'of the webhook',
			({ text: body, subject: title }) =>
				title.startsWith('The agent has finished: ') && body.includes('Sent to the webhook'),
		);
		expect(subject).toBe('The agent has finished: completed');
		expect(text).toContain('echo: Sent to the webhook');
	});

	test('finished run to message: each run that finishes sends one message', async () => {
		const isOfGrace = ({ text }: Mail) => text.includes('Hello, Grace!');
		const { subject, text } = await mailWith('of the run', isOfGrace);
		expect(subject).toBe('AutoGPT run: completed');
		expect(text).toContain('The run in AutoGPT: ');
		expect(mailbox.mails.filter(isOfGrace)).toHaveLength(1);
	});

	/** Goes to another page within the editor, which takes long to load anew. */
	async function go(path: string): Promise<void> {
		await editor.page.evaluate((to) => {
			history.pushState({}, '', to);
			dispatchEvent(new PopStateEvent('popstate', { state: null }));
		}, path);
	}

	describe('in the editor', () => {
		beforeAll(async () => await editor.goTo('/home/workflows', 'resources-list-wrapper'));

		test.each(exampleNames)('%s has nothing left to set', async (name) => {
			const { page } = editor;
			const { picked } = choices()[name] ?? {};
			const draft = exampleDraft(name, { credentials, picked, parameters: FILLED_IN[name] });
			const nodes = page.getByTestId('canvas-node');
			await go('/home/workflows');
			await nodes.first().waitFor({ state: 'detached' });
			await go(`/workflow/${(await stack().api.createWorkflow(draft)).id}`);
			await nodes.nth(draft.nodes.length - 2).waitFor();
			expect(await page.getByTestId('node-issues').count()).toBe(0);
			await canvasPicture(page, `example-${name}`);
		});
	});
});
