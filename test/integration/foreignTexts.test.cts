import { CredentialTestContext } from 'n8n-core';

import { testApiKey } from '../../nodes/shared/credentialTest';
import { crashingAgent, greetingAgent, slowAgent } from '../emulator/agents';
import { Client } from '../emulator/client.cts';
import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import { MemoryCredentials } from '../harness/credentials.cts';
import { additionalData } from '../harness/engine.cts';
import { drawForm, drawGraphForm, openList } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';

/** What somebody may call an agent, a file or an output to reach those who use it in n8n. */
const TEXTS = ['<img src=x onerror=alert(1)>', '<a href="https://evil.example/">Sign in</a>'];
const continues = { onError: 'continueRegularOutput' as const };

/** n8n's editor shows links and images of what begins so; entities and bare signs are text. */
const MARKUP = /<[a-z/!?]/i;

/**
 * n8n's editor takes these for HTML: description and message of a failure, hints at the node,
 * descriptions in lists, and notices in the place of a form. It drops scripts, but shows links and
 * loads images.
 */
describe.each(TEXTS)('A text of others is no HTML in the editor: %s', (text) => {
	let stage: Stage;

	beforeEach(async () => {
		stage = await setStage();
	});

	afterEach(async () => await stage.emulator.close());

	const named = (create: typeof greetingAgent) => ({ ...create, name: text, description: text });

	function expectPlain(failure: { message: string; description?: string | null }) {
		const shown = `${failure.message} ${failure.description ?? ''}`;
		expect(shown).not.toMatch(MARKUP);
	}

	it('in a refusal that AutoGPT words', async () => {
		const body = { error: { code: 'conflict', message: text, details: null } };
		stage.emulator.faults.add({ kind: { status: 409, body } });
		const { error } = await stage.run({ resource: 'folder', operation: 'create', name: 'A' });
		expectPlain(error!);
	});

	it('in a validation issue', async () => {
		const errors = [{ type: 'x', loc: ['body', text], msg: text }];
		const body = { error: { code: 'validation_error', message: text, details: { errors } } };
		stage.emulator.faults.add({ kind: { status: 422, body } });
		const { error } = await stage.run({ resource: 'folder', operation: 'create', name: 'A' });
		expectPlain(error!);
	});

	it('in the name of a server in between', async () => {
		stage.emulator.faults.add({
			kind: { raw: { status: 403, headers: { Server: text }, body: text } },
		});
		const { error } = await stage.run({ resource: 'folder', operation: 'create', name: 'A' });
		expectPlain(error!);
	});

	it('in an ID', async () => {
		const agentId = rl('={{ $json.id }}');
		const { error } = await stage.run(
			{ resource: 'agent', operation: 'get', agentId },
			{ items: [{ json: { id: text } }] },
		);
		expectPlain(error!);
	});

	it('in the name of an agent whose run failed', async () => {
		const { agentId } = stage.account.createAgent(named(crashingAgent));
		const { items } = await stage.run(runAndWait(agentId, { text }), {
			settings: continues,
		});
		expect(failureOf(items[0]).message).toContain(text.slice(1, 8));
		expectPlain(failureOf(items[0]));
	});

	it('in a value that an input does not take', async () => {
		const { agentId } = stage.account.createAgent(named(slowAgent));
		const { items } = await stage.run(runAndWait(agentId, { seconds: text }), {
			settings: continues,
		});
		expectPlain(failureOf(items[0]));
	});

	it('in the name of an output, in a hint', async () => {
		const { agentId } = stage.account.createAgent(greetingAgent, { manual: true });
		const runId = stage.account.startRun(agentId, { name: 'Ada' });
		stage.account.finishRun(runId, 'COMPLETED', { [text]: [1, 2] });
		const { hints } = await stage.run({ resource: 'run', operation: 'get', runId: rl(runId) });
		const messages = (hints as Array<{ message: string }>).map(({ message }) => message).join(' ');
		expect(messages).toContain(text.slice(1, 8));
		expect(messages).not.toMatch(MARKUP);
	});

	it('in lists', async () => {
		stage.account.createAgent(named(greetingAgent));
		stage.account.addFile('a.txt', 'x', text);
		for (const list of ['searchAgents', 'searchGraphs', 'searchGraphsOfAgents'] as const) {
			const [entry] = await openList(stage, list);
			expect(entry?.description).toContain(text.slice(1, 8));
			expect(entry?.description).not.toMatch(MARKUP);
		}
		const [file] = await openList(stage, 'searchFiles');
		expect(String(file?.description)).not.toMatch(MARKUP);
	});

	it('in the notice of a form without fields', async () => {
		const { agentId, graphId } = stage.account.createAgent({
			...named(greetingAgent),
			nodes: [],
			links: [],
		});
		const forms = [
			await drawForm(stage, rl(agentId)),
			await drawGraphForm(stage, rl(graphId)),
			await drawForm(stage, rl(agentId)),
		];
		for (const { emptyFieldsNotice } of forms) {
			expect(emptyFieldsNotice).toContain(text.slice(1, 8).split('=')[0]);
			expect(emptyFieldsNotice).not.toMatch(MARKUP);
		}
	});

	it('in the result of a credential test', async () => {
		const { account } = new Client(
			stage.emulator,
			stage.emulator.createAccount({ name: text, organization: text }),
		);
		const context = new CredentialTestContext(additionalData(new MemoryCredentials({}), 'test'));
		const data = { apiKey: account.createKey(), baseUrl: stage.emulator.baseUrl };
		const credential = { id: '1', name: 'AutoGPT', type: 'autoGptApi', data };
		const { message } = await testApiKey.call(context, credential);
		expect(message).toContain(text.slice(1, 8));
		expect(message).not.toMatch(MARKUP);
	});
});
