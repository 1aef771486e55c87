import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openEditor, type Editor } from '../host/editor.cts';
import { asArray, asObject, asText, type JsonObject } from '../host/json.cts';
import { openMailbox, type Mailbox } from '../host/mailbox.cts';
import { repository } from '../host/paths.cts';
import { until } from '../host/until.cts';
import type { CredentialReference, WorkflowDraft } from '../host/workflow.cts';
import { reviewAgent } from '../emulator/agents';
import { useStack } from './stack.cts';

const WAIT_MS = 100_000;

describe('The example "review by email" in n8n', () => {
	const stack = useStack('review');
	let mailbox: Mailbox;
	let editor: Editor;

	beforeAll(async () => {
		mailbox = await openMailbox();
		editor = await openEditor(stack().n8n);
	});

	afterAll(async () => {
		await editor?.close();
		await mailbox?.close();
	});

	/** The example as a user imports it, with the credentials chosen. */
	async function example(smtp: CredentialReference): Promise<WorkflowDraft> {
		const file = readFileSync(join(repository, 'examples', 'review-by-email.json'), 'utf8');
		const draft = asObject(JSON.parse(file), 'example');
		delete draft.active;
		const nodes = asArray(draft.nodes, 'nodes').map((node): JsonObject => {
			const { type, ...rest } = asObject(node, 'node');
			const own = asText(type, 'type');
			if (own === 'n8n-nodes-base.emailSend') return { type, ...rest, credentials: { smtp } };
			return own.startsWith('n8n-nodes-autogpt')
				? { type, ...rest, credentials: stack().credentials }
				: { type, ...rest };
		});
		return { ...(draft as unknown as WorkflowDraft), nodes };
	}

	test('takes a review to a person and the edited answer back to AutoGPT', async () => {
		const { account, api } = stack();
		const smtp = await api.createCredential('Mail', 'smtp', {
			host: '127.0.0.1',
			port: mailbox.port,
			secure: false,
			disableStartTls: true,
			user: '',
			password: '',
			hostName: '',
		});
		const workflow = await api.createWorkflow(await example(smtp));
		await api.activate(workflow);
		await until(WAIT_MS, 'the first poll', async () => {
			const { requests } = stack().emulator;
			return requests.some(({ path }) => path.includes('status=WAITING')) || undefined;
		});
		const { agentId } = account.createAgent(reviewAgent);
		const runs = ['A rough text', 'Another text'].map((text) =>
			account.startRun(agentId, { text }),
		);
		const links = await until(WAIT_MS, 'both mails', async () => {
			const found = mailbox.mails.flatMap(
				(mail) => /href="([^"]+signature[^"]+)"/.exec(mail) ?? [],
			);
			const urls = found.filter((link) => link.startsWith('http'));
			return urls.length === 2 ? urls : undefined;
		});
		await answer(links, 'A rough text', async (page) => {
			await page.getByLabel('Data').fill('"A polished text"');
			await page.getByLabel('Decision').selectOption('Approve');
		});
		await answer(links, 'Another text', async (page) => {
			await page.getByLabel('Decision').selectOption('Reject');
		});
		const outputs = await until(WAIT_MS, 'both runs to end', async () => {
			const records = runs.map((id) => account.run(id));
			return records.every(({ status }) => status === 'COMPLETED')
				? records.map((record) => record.outputs)
				: undefined;
		});
		expect(outputs).toEqual([{ approved: ['A polished text'] }, { rejected: ['Another text'] }]);
		await api.deactivate(workflow.id);
	}, 300_000);

	/** Opens the form that shows a text, fills it in, and sends it. */
	async function answer(
		links: string[],
		text: string,
		fill: (page: Editor['page']) => Promise<void>,
	): Promise<void> {
		for (const link of links) {
			const page = await editor.page.context().newPage();
			try {
				await page.goto(link.replaceAll('&amp;', '&'));
				const data = await page
					.getByLabel('Data')
					.inputValue({ timeout: 10_000 })
					.catch(() => '');
				if (!data.includes(text)) continue;
				await fill(page);
				await page.getByRole('button', { name: 'Send' }).click();
				await page
					.getByText(/thanks|submitted|recorded/i)
					.first()
					.waitFor();
				return;
			} finally {
				await page.close();
			}
		}
		throw new Error(`No mail asks about '${text}'`);
	}
});
