import { join } from 'node:path';

import { openEditor, screenshot, type Editor } from '../host/editor.cts';
import { exampleDraft } from '../host/example.cts';
import { openMailbox, type Mailbox } from '../host/mailbox.cts';
import { hostRoot } from '../host/paths.cts';
import { untilPolled } from '../host/pollState.cts';
import { until } from '../host/until.cts';
import { chain } from '../host/workflow.cts';
import { AUTOGPT_NODE } from '../host/stack.cts';
import { reviewAgent, twoReviewsAgent } from '../emulator/agents';
import { useStack } from './stack.cts';

const WAIT_MS = 100_000;

type Fill = (page: Editor['page']) => Promise<void>;

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

	/** Published, and past the poll that takes old reviews for known. */
	async function published(): Promise<string> {
		const { api } = stack();
		const smtp = await api.createCredential('Mail', 'smtp', {
			host: '127.0.0.1',
			port: mailbox.port,
			secure: false,
			disableStartTls: true,
			user: '',
			password: '',
			hostName: '',
		});
		const workflow = await api.createWorkflow(
			exampleDraft('review-by-email', { credentials: { ...stack().credentials, smtp } }),
		);
		await api.activate(workflow);
		await untilPolled(stack(), workflow.id);
		return workflow.id;
	}

	/** Links to the forms in the mails so far. */
	const links = () =>
		mailbox.mails
			.flatMap(({ text }) => /href="([^"]+signature[^"]+)"/.exec(text) ?? [])
			.filter((link) => link.startsWith('http'));

	const forms = async (count: number, what: string) =>
		await until(
			WAIT_MS,
			what,
			async () => await Promise.resolve(links().length >= count ? links() : undefined),
		);

	/** What the runs gave, once all have completed. */
	async function outputsOf(runs: string[]): Promise<unknown[]> {
		return await until(WAIT_MS, 'the runs to complete', async () => {
			const records = runs.map((id) => stack().account.run(id));
			const areDone = records.every(({ status }) => status === 'COMPLETED');
			return await Promise.resolve(areDone ? records.map(({ outputs }) => outputs) : undefined);
		});
	}

	const submissions = (run: string) =>
		stack().emulator.requests.filter(
			({ method, path }) => method === 'POST' && path.includes(`/runs/${run}/reviews`),
		);

	beforeEach(() => {
		mailbox.mails.length = 0;
	});

	test('takes the reviews of two runs to a person and the answers back to AutoGPT', async () => {
		const { account, api } = stack();
		const workflowId = await published();
		const { agentId } = account.createAgent(reviewAgent);
		const runs = ['A rough text', 'Another text'].map((text) =>
			account.startRun(agentId, { text }),
		);
		const urls = await forms(2, 'both mails');
		for (const url of urls) {
			await answer(url, {
				'A rough text': async (page) => {
					await page.getByLabel('Data').fill('"A polished text"');
					await page.getByLabel('Decision').selectOption('Approve');
				},
				'Another text': async (page) => {
					await page.getByLabel('Decision').selectOption('Reject');
				},
			});
		}
		const outputs = await outputsOf(runs);
		expect(outputs).toEqual([{ approved: ['A polished text'] }, { rejected: ['Another text'] }]);
		await api.deactivate(workflowId);
	});

	test('takes two reviews of one run to a person, and both answers back together', async () => {
		const { account, api } = stack();
		const workflowId = await published();
		const { agentId } = account.createAgent(twoReviewsAgent);
		const run = account.startRun(agentId, { title: 'A rough title', text: 'A text' });
		const fills: Record<string, Fill> = {
			'A rough title': async (page) => {
				await page.getByLabel('Data').fill('"A polished title"');
				await page.getByLabel('Decision').selectOption('Approve');
			},
			'A text': async (page) => {
				await page.getByLabel('Decision').selectOption('Approve');
			},
		};
		const [first = ''] = await forms(1, 'the first mail');
		const text = await answer(first, fills);
		const [, second = ''] = await forms(2, 'the second mail');
		// AutoGPT takes both together only.
		expect(submissions(run)).toEqual([]);
		expect([text, await answer(second, fills)].sort()).toEqual(Object.keys(fills));
		expect(await outputsOf([run])).toEqual([
			{ approved_title: ['A polished title'], approved_text: ['A text'] },
		]);
		expect(submissions(run)).toHaveLength(1);
		await api.deactivate(workflowId);
	});

	test.each([
		['text without quotes', 'A better title', true],
		['text in double quotes', '"A better title"', false],
	])(
		'shows edited data in the editor as its description has it: %s',
		async (what, editedData, isMarked) => {
			const { api, credentials } = stack();
			const id = { __rl: true, mode: 'id', value: 'some-id' };
			const parameters = {
				...{ resource: 'review', operation: 'answer', runId: id, reviewId: id },
				additionalFields: { editedData },
			};
			const workflow = await api.createWorkflow(
				chain('Edited data', [
					{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
					{ name: 'Answer', type: AUTOGPT_NODE, parameters, credentials },
				]),
			);
			const { page } = editor;
			await editor.openWorkflow(workflow.id);
			await editor.openNode('Answer');
			const field = page.locator('.parameter-item').filter({ hasText: 'Edited Data' }).last();
			await field.getByText('A better title').waitFor();
			const mark = field.locator('.cm-lint-marker-error');
			if (!isMarked) {
				// The mark comes some time after the text: with one more letter it shows that it was looked at.
				await field.locator('.cm-content').click();
				await page.keyboard.press('Control+End');
				await page.keyboard.type('x');
				await mark.first().waitFor();
				await page.keyboard.press('Backspace');
			}
			await mark.first().waitFor({ state: isMarked ? 'visible' : 'detached' });
			await screenshot(page, join(hostRoot, 'e2e', 'review', `edited data, ${what}.png`));
		},
	);

	/** Opens a form, fills it in as the text that it shows asks, and sends it; tells the text. */
	async function answer(url: string, fills: Record<string, Fill>): Promise<string> {
		const page = await editor.page.context().newPage();
		try {
			await page.goto(url.replaceAll('&amp;', '&'));
			const data = await page.getByLabel('Data').inputValue();
			const entry = Object.entries(fills).find(([text]) => data.includes(text));
			if (!entry) throw new Error(`The form asks about ${data}`);
			const [text, fill] = entry;
			await fill(page);
			await page.getByRole('button', { name: 'Send' }).click();
			await page
				.getByText(/thanks|submitted|recorded/i)
				.first()
				.waitFor();
			return text;
		} finally {
			await page.close();
		}
	}
});
