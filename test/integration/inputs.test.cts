import type { INodeParameters } from 'n8n-workflow';

import { failureOf, setStage, type Stage } from '../harness/account.cts';
import { drawForm, filledForm } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';
import { everyInputAgent, greetingAgent } from '../emulator/agents';

describe('Inputs', () => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await setStage();
	});

	afterEach(() => {
		stage.emulator.mode.checksInputs = true;
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const form = async (agentId: INodeParameters, key?: string) =>
		await drawForm(stage, agentId, key);

	const starts = () =>
		stage.emulator.requests.filter(
			({ method, path }) => method === 'POST' && path.includes('/runs'),
		);

	describe('as a form', () => {
		it('have one fitting field each', async () => {
			const { agentId } = stage.account.createAgent(everyInputAgent);
			const { fields } = await form(rl(agentId));
			const facts = Object.fromEntries(
				fields.map(({ id, displayName, type, required }) => [id, [displayName, type, required]]),
			);
			expect(facts).toEqual({
				topic: ['Topic *', 'string', true],
				who: ['Who *', 'string', true],
				brief: ['Brief *', 'string', true],
				copies: ['Copies (advanced)', 'number', false],
				draft: ['Draft', 'boolean', false],
				mood: ['Mood', 'options', false],
				due: ['Due *', 'dateTime', true],
				at: ['At (HH:MM) *', 'time', true],
				doc: ['Document (file or URL) *', 'string', true],
				rows: ['Rows (rows with City) *', 'array', true],
				sheet: ['Sheet', 'object', false],
			});
			const byId = Object.fromEntries(fields.map((field) => [field.id, field]));
			expect(byId.copies).toMatchObject({ removed: true, defaultValue: 2 });
			expect(byId.mood).toMatchObject({ removed: false, defaultValue: 'calm' });
			expect(byId.mood?.options?.map(({ value }) => value)).toEqual(['calm', 'loud']);
			expect(byId.sheet).toMatchObject({ display: false });
		});

		it('are drawn for an address too, and not without an agent', async () => {
			const { agentId } = stage.account.createAgent(greetingAgent);
			const byUrl = await form(rl(`https://x.example/library/agents/${agentId}?tab=runs`, 'url'));
			expect(byUrl.fields.map(({ id }) => id)).toEqual(['name']);
			for (const nobody of ['', '={{ $json.agent }}']) {
				const { fields, emptyFieldsNotice } = await form(rl(nobody));
				expect(fields).toEqual([]);
				expect(emptyFieldsNotice).toContain('Choose an agent');
			}
			await expect(form(rl('nobody'))).rejects.toThrow("agent 'nobody' was not found");
		});

		it('reach the agent in its own types', async () => {
			const { agentId } = stage.account.createAgent(everyInputAgent);
			const { error, items } = await stage.run(
				{
					resource: 'agent',
					operation: 'start',
					agentId: rl(agentId),
					...filledForm({
						topic: '={{ $json.topic }}',
						who: 'Ada',
						brief: 'Long',
						copies: '3',
						draft: true,
						due: '2026-11-24T00:00:00',
						at: '09:30',
						doc: 'workspace://some-file#text/plain',
						rows: '[{"City":"Riga"}]',
					}),
				},
				{ items: [{ json: { topic: { deep: 1 } } }] },
			);
			expect(error).toBeUndefined();
			expect(items[0]?.json.inputs).toMatchObject({
				topic: { deep: 1 },
				who: 'Ada',
				copies: 3,
				draft: true,
				due: '2026-11-24',
				at: '09:30:00',
				doc: 'workspace://some-file#text/plain',
				rows: [{ City: 'Riga' }],
			});
			expect(JSON.parse(starts().at(-1)?.body ?? '{}')).not.toHaveProperty('inputs.mood');
		});

		it('serve a schedule as well', async () => {
			const { agentId } = stage.account.createAgent(greetingAgent);
			const parameters = { resource: 'schedule', operation: 'create', name: 'Daily' };
			const { items } = await stage.run({
				...parameters,
				agentId: rl(agentId),
				...filledForm({ name: 'Ada' }),
			});
			expect(items[0]?.json.inputs).toEqual({ name: 'Ada' });
		});

		it('need the permission to read the agent', async () => {
			const { agentId } = stage.account.createAgent(greetingAgent);
			const key = stage.account.createKey({ scopes: ['RUN_AGENT', 'READ_RUN'] });
			await expect(form(rl(agentId), key)).rejects.toThrow('READ_LIBRARY');
			const parameters = { resource: 'agent', operation: 'start', agentId: rl(agentId) };
			const { error } = await stage.run({ ...parameters, ...filledForm({ name: 'Ada' }) }, { key });
			expect(error?.message).toContain('cannot be read');
			const json = { inputsMode: 'json', inputsJson: '{"name":"Ada"}' };
			expect((await stage.run({ ...parameters, ...json }, { key })).error).toBeUndefined();
		});
	});

	describe.each([true, false])('on a server that checks them: %s', (checks) => {
		it('are checked for each item before anything is started', async () => {
			stage.emulator.mode.checksInputs = checks;
			const { agentId } = stage.account.createAgent(greetingAgent);
			const before = starts().length;
			const { items } = await stage.run(
				{
					resource: 'agent',
					operation: 'start',
					agentId: rl(agentId),
					inputsMode: 'json',
					inputsJson: '={{ $json }}',
				},
				{
					items: [{ json: { nmae: 'Ada', about: 1 } }, { json: { name: 'Ada' } }],
					settings: { onError: 'continueRegularOutput' },
				},
			);
			const { message, description } = failureOf(items[0]);
			expect(message).toBe("Agent 'Greeting agent' does not take: about, nmae. It needs: name");
			expect(description).toContain('name (any value, required)');
			expect(items[1]?.json.inputs).toEqual({ name: 'Ada' });
			expect(starts().length - before).toBe(1);
		});
	});
});
