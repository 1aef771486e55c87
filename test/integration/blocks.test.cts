import type { INodeParameters } from 'n8n-workflow';

import { failureOf, setStage, type Stage } from '../harness/account.cts';
import type { NodeRun } from '../harness/engine.cts';
import { BLOCK_IDS } from '../platform/agents';

const CONTINUE = { settings: { onError: 'continueRegularOutput' as const } };

describe('Block: Run', () => {
	let stage: Stage;

	beforeEach(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
	});

	afterEach(async () => {
		expect(stage.platform.contractViolations).toEqual([]);
		await stage.platform.close();
	});

	const template = (name: string): INodeParameters => ({
		blockId: { __rl: true, mode: 'id', value: BLOCK_IDS.template },
		inputsMode: 'json',
		inputsJson: JSON.stringify({ format: 'Hello, {{ name }}!', values: { name } }),
	});
	const run = async (
		parameters: INodeParameters,
		options: Partial<NodeRun> & { key?: string } = {},
	) => await stage.run({ resource: 'block', operation: 'run', ...parameters }, options);
	const graphsMade = () =>
		stage.platform.requests.filter(
			({ method, path, status }) => method === 'POST' && path.endsWith('/graphs') && status < 300,
		).length;

	it('gives what the block gives', async () => {
		const { items, error } = await run(template('Ada'));
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			status: 'COMPLETED',
			outputs: { output: 'Hello, Ada!' },
		});
	});

	it('makes one agent for a block, and uses it for all items and executions', async () => {
		const items = ['Ada', 'Bob', 'Cyd'].map((name) => ({
			json: { inputs: { format: 'Hello, {{ name }}!', values: { name } } },
		}));
		const first = await run({ ...template(''), inputsJson: '={{ $json.inputs }}' }, { items });
		expect(first.error).toBeUndefined();
		expect(first.items.map(({ json }) => json.outputs)).toEqual([
			{ output: 'Hello, Ada!' },
			{ output: 'Hello, Bob!' },
			{ output: 'Hello, Cyd!' },
		]);
		expect((await run(template('Dan'))).error).toBeUndefined();
		expect(graphsMade()).toBe(1);
	});

	it('makes one agent when two executions run the block at once', async () => {
		const both = await Promise.all([run(template('Ada')), run(template('Bob'))]);
		expect(both.map(({ items }) => items[0]?.json.outputs)).toEqual([
			{ output: 'Hello, Ada!' },
			{ output: 'Hello, Bob!' },
		]);
		expect(graphsMade()).toBe(1);
	});

	it('finds the agent when the answer to its making was lost', async () => {
		stage.platform.faults.add({ method: 'POST', path: /\/graphs$/, kind: { after: 'drop' } });
		const { items, error } = await run(template('Ada'));
		expect(error).toBeUndefined();
		expect(items[0]?.json.outputs).toEqual({ output: 'Hello, Ada!' });
		const made = stage.platform.requests.filter(
			({ method, path }) => method === 'POST' && path.endsWith('/graphs'),
		);
		expect(made).toHaveLength(1);
	}, 20_000);

	it('fails the item when the block fails', async () => {
		const { items } = await run(
			{
				blockId: { __rl: true, mode: 'id', value: BLOCK_IDS.fail },
				inputsMode: 'json',
				inputsJson: '{"message":"The service said no"}',
			},
			CONTINUE,
		);
		const { message, description } = failureOf(items[0]);
		expect(`${message} ${description}`).toContain('The service said no');
	});

	it('names a block that is not there, and inputs that the block has not', async () => {
		const unknown = await run(
			{ ...template('Ada'), blockId: { __rl: true, mode: 'id', value: 'nobody' } },
			CONTINUE,
		);
		expect(failureOf(unknown.items[0]).message).toContain("'nobody'");
		const wrong = await run({ ...template('Ada'), inputsJson: '{"colour":"red"}' }, CONTINUE);
		const { message, description } = failureOf(wrong.items[0]);
		expect(`${message} ${description}`).toContain('colour');
		expect(graphsMade()).toBe(0);
	});

	it('names the permission that the key lacks', async () => {
		const key = stage.account.createKey({
			scopes: ['READ_BLOCK', 'READ_LIBRARY', 'RUN_AGENT', 'READ_RUN'],
		});
		const { items } = await run(template('Ada'), { key, ...CONTINUE });
		expect(failureOf(items[0]).description).toContain('WRITE_GRAPH');
	});
});
