import type { INodeParameters } from 'n8n-workflow';

import { setStage, type Stage } from '../harness/account.cts';
import { drawBlockForm, filledForm } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';
import { BLOCK_IDS } from '../emulator/agents';
import type { Account } from '../emulator/index.cts';

describe('The form of a block', () => {
	let stage: Stage;
	let account: Account;
	let key: string;

	beforeAll(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
	});

	beforeEach(() => {
		account = stage.emulator.createAccount();
		key = account.createKey();
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const run = async (blockId: string, parameters: INodeParameters, other = key) =>
		await stage.run(
			{ resource: 'block', operation: 'run', blockId: rl(blockId), ...parameters },
			{ key: other },
		);

	describe('inputs', () => {
		it('has the inputs of the block, with what is required and the defaults', async () => {
			const { fields } = await drawBlockForm(stage, rl(BLOCK_IDS.wait), key);
			expect(
				fields.map(({ id, type, required, defaultValue }) => [id, type, required, defaultValue]),
			).toEqual([
				['input_message', 'string', false, 'timer finished'],
				['seconds', 'number', false, 0],
				['minutes', 'number', false, 0],
				['hours', 'number', false, 0],
				['days', 'number', false, 0],
			]);
			const template = await drawBlockForm(stage, rl(BLOCK_IDS.template), key);
			expect(template.fields).toMatchObject([
				{ id: 'format', displayName: 'Format *', required: true, type: 'string' },
				{ id: 'values', displayName: 'Values *', required: true, type: 'object' },
			]);
		});

		it('asks for a block first', async () => {
			for (const chosen of [rl(''), rl('={{ $json.block }}')]) {
				const { fields, emptyFieldsNotice } = await drawBlockForm(stage, chosen, key);
				expect(fields).toEqual([]);
				expect(emptyFieldsNotice).toContain('Choose a block');
			}
		});

		it('sends what is filled in; an input that is left empty keeps its default', async () => {
			const empty = { input_message: '', seconds: null, minutes: 0, hours: null, days: null };
			const { items, error } = await run(BLOCK_IDS.wait, filledForm(empty));
			expect(error).toBeUndefined();
			expect(items[0]?.json.outputs).toEqual({ output_message: 'timer finished' });
			expect(account.runs()[0]?.inputs).toEqual({ minutes: 0 });
			const given = await run(BLOCK_IDS.wait, filledForm({ ...empty, input_message: 'Up' }));
			expect(given.items[0]?.json.outputs).toEqual({ output_message: 'Up' });
		});

		it('names a required input that is left empty, and the block', async () => {
			const { error } = await run(BLOCK_IDS.template, filledForm({ format: '', values: '{}' }));
			expect(error?.message).toBe("Block 'Fill Text Template' needs: format");
			expect(error?.description).toContain('The block takes: format (text, required)');
			expect(account.runs()).toEqual([]);
			const wrong = await run(BLOCK_IDS.wait, filledForm({ seconds: 'soon' }));
			expect(wrong.error?.message).toBe(
				"Block 'Countdown Timer' cannot use these values: 'seconds' must be a number, not \"soon\"",
			);
		});
	});

	describe('credentials', () => {
		const prompt = (value: Record<string, string> = {}) => filledForm({ prompt: 'Hi', ...value });
		const NAME = "Block 'AI Text Generator'";
		const field = 'anthropic-openai_api_key_credentials';

		it('are filled without asking when only one fits', async () => {
			account.addCredential({ provider: 'openai', title: 'Mine' });
			account.addCredential({ provider: 'github', title: 'Other' });
			const { items, error } = await run(BLOCK_IDS.ai, prompt());
			expect(error).toBeUndefined();
			expect(items[0]?.json.outputs).toEqual({
				response: 'Made-up answer of openai to: Hi',
			});
		});

		it('are reported missing, with what the block takes and where to add it', async () => {
			const { error } = await run(BLOCK_IDS.ai, prompt());
			expect(error?.message).toBe(`${NAME} has no fitting credential for: ${field}`);
			expect(error?.description).toContain(`'${field}' takes api_key of anthropic or openai`);
			expect(error?.description).toContain(stage.emulator.webUrl);
			expect(error?.description).toContain('Integration Credential > Create');
			expect(account.runs()).toEqual([]);
		});

		it('are chosen in the form when several fit', async () => {
			account.addCredential({ provider: 'openai', title: 'Mine' });
			const { id } = account.addCredential({ provider: 'anthropic', title: 'Claude' });
			expect((await drawBlockForm(stage, rl(BLOCK_IDS.ai), key)).fields).toHaveLength(1);
			const { error } = await run(BLOCK_IDS.ai, prompt());
			expect(error?.message).toBe(`${NAME} needs a choice of credential for: ${field}`);
			expect(error?.description).toContain('refresh it if it lacks the field');
			expect(account.runs()).toEqual([]);
			const { fields } = await drawBlockForm(stage, rl(BLOCK_IDS.ai), key);
			expect(fields.at(-1)).toMatchObject({ id: `credential:${field}`, required: true });
			expect(fields.at(-1)?.options).toContainEqual({
				name: 'Claude (anthropic, API key)',
				value: id,
			});
			const chosen = await run(BLOCK_IDS.ai, prompt({ [`credential:${field}`]: id }));
			expect(chosen.items[0]?.json.outputs).toEqual({
				response: 'Made-up answer of anthropic to: Hi',
			});
		});

		it('are named where the key may not read what there is', async () => {
			const { id } = account.addCredential({ provider: 'openai' });
			const scopes = [
				'READ_BLOCK',
				'READ_LIBRARY',
				'WRITE_GRAPH',
				'RUN_AGENT',
				'READ_RUN',
			] as const;
			const blind = account.createKey({ scopes: [...scopes] });
			const { error } = await run(BLOCK_IDS.ai, prompt(), blind);
			expect(error?.message).toBe(
				"The credentials that block 'AI Text Generator' takes cannot be read",
			);
			expect(error?.description).toContain('READ_INTEGRATIONS');
			const whole = { [field]: { id, provider: 'openai', type: 'api_key' } };
			const { items } = await run(
				BLOCK_IDS.ai,
				{
					inputsMode: 'json',
					inputsJson: '{"prompt":"Hi"}',
					credentialsMode: 'json',
					credentialsJson: JSON.stringify(whole),
				},
				blind,
			);
			expect(items[0]?.json).toMatchObject({ status: 'COMPLETED' });
		});
	});
});
