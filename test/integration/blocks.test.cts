import type { INodeParameters } from 'n8n-workflow';

import { permissionWords } from '../../client/contract/permissions';
import { failureOf, setStage, type Stage } from '../harness/account.cts';
import type { NodeRun } from '../harness/engine.cts';
import { rl } from '../harness/locator.cts';
import { BLOCK_IDS, greetingAgent } from '../emulator/agents';
import { blocks, putBlock } from '../emulator/blocks/index.cts';
import { Client } from '../emulator/client.cts';
import type { GraphCreate } from '../emulator/index.cts';

/** Of the endpoints that it uses; one with credentials also needs READ_INTEGRATIONS. */
const NEEDED = ['READ_BLOCK', 'READ_LIBRARY', 'WRITE_GRAPH', 'RUN_AGENT', 'READ_RUN'] as const;
const CONTINUE = { settings: { onError: 'continueRegularOutput' as const } };

describe('Block: Run', () => {
	let stage: Stage;

	beforeEach(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const template = (name: string): INodeParameters => ({
		blockId: rl(BLOCK_IDS.template),
		inputsMode: 'json',
		inputsJson: JSON.stringify({ format: 'Hello, {{ name }}!', values: { name } }),
	});
	const run = async (
		parameters: INodeParameters,
		options: Partial<NodeRun> & { key?: string } = {},
	) => await stage.run({ resource: 'block', operation: 'run', ...parameters }, options);
	const graphsMade = () =>
		stage.emulator.requests.filter(
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
		stage.emulator.faults.add({ method: 'POST', path: /\/graphs$/, kind: { after: 'drop' } });
		const { items, error } = await run(template('Ada'));
		expect(error).toBeUndefined();
		expect(items[0]?.json.outputs).toEqual({ output: 'Hello, Ada!' });
		const made = stage.emulator.requests.filter(
			({ method, path }) => method === 'POST' && path.endsWith('/graphs'),
		);
		expect(made).toHaveLength(1);
	}, 20_000);

	it('fails the item when the block fails', async () => {
		const { items } = await run(
			{
				blockId: rl(BLOCK_IDS.fail),
				inputsMode: 'json',
				inputsJson: '{"message":"The service said no"}',
			},
			CONTINUE,
		);
		const { message, description, run: failed } = failureOf(items[0]);
		const [run1] = stage.account.runs();
		expect(message).toBe("Run of block 'Fail' failed");
		expect(description).toContain('It said: The service said no.');
		expect(failed).toMatchObject({ id: run1?.id });
	});

	it('names the block when its run is taken down', async () => {
		const { error } = await run({
			blockId: rl(BLOCK_IDS.crash),
			inputsMode: 'json',
			inputsJson: '{"message":"Out of memory"}',
		});
		expect(error?.message).toBe("Run of block 'Crash' failed");
	});

	it('gives an item without outputs for a block that gives nothing', async () => {
		const silent = {
			blockId: rl(BLOCK_IDS.silent),
			inputsMode: 'json',
			inputsJson: '{"value":1}',
		};
		const { items, error } = await run(silent);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(items[0]?.json).toMatchObject({
			status: 'COMPLETED',
			outcome: 'completed',
			outputs: {},
		});
		const perValue = await run({ ...silent, options: { output: 'itemPerValue' } });
		expect(perValue.error).toBeUndefined();
		expect(perValue.items).toMatchObject([
			{ json: { status: 'COMPLETED', output: null, value: null }, pairedItem: { item: 0 } },
		]);
	});

	it('makes another agent for a block that has changed, and uses that one then', async () => {
		const spec = blocks.get(BLOCK_IDS.template)!;
		const { input_schema } = spec.block;
		const properties = { ...(input_schema.properties as object), tone: { type: 'string' } };
		await run(template('Ada'));
		putBlock({ ...spec, block: { ...spec.block, input_schema: { ...input_schema, properties } } });
		try {
			for (const name of ['Bob', 'Cyd']) {
				const { items } = await run(template(name));
				expect(items[0]?.json.outputs).toEqual({ output: `Hello, ${name}!` });
			}
			const { items, error } = await run({
				...template(''),
				inputsJson: '{"format":"Hi","values":{},"tone":"calm"}',
			});
			expect(error).toBeUndefined();
			expect(items[0]?.json.outputs).toEqual({ output: 'Hi' });
			// One as it was, one for the changed block, and one that its new input leads into.
			expect(graphsMade()).toBe(3);
		} finally {
			putBlock(spec);
		}
	});

	it('leaves an agent alone that was given other inputs since', async () => {
		const first = await run(template('Ada'));
		const client = new Client(stage.emulator, stage.account);
		const path = `/graphs/${String(first.items[0]?.json.graph_id)}`;
		const { name, description } = (await client.get<GraphCreate>(path)).body;
		const changed = await client.call('PUT', path, {
			json: { ...greetingAgent, name, description },
		});
		expect(changed.status).toBe(200);
		const { items, error } = await run(template('Bob'));
		expect(error).toBeUndefined();
		expect(items[0]?.json.outputs).toEqual({ output: 'Hello, Bob!' });
		expect(items[0]?.json.graph_id).not.toBe(first.items[0]?.json.graph_id);
	});

	it('names a block that is not there, and inputs that the block has not', async () => {
		const unknown = await run({ ...template('Ada'), blockId: rl('nobody') }, CONTINUE);
		expect(failureOf(unknown.items[0])).toMatchObject({
			message: "The block 'nobody' was not found",
			status: 404,
		});
		const wrong = await run({ ...template('Ada'), inputsJson: '{"colour":"red"}' }, CONTINUE);
		expect(failureOf(wrong.items[0]).message).toBe(
			"Block 'Fill Text Template' does not take: colour. It needs: format, values",
		);
		const idle = await run({ ...template('Ada'), blockId: rl(BLOCK_IDS.output) }, CONTINUE);
		expect(failureOf(idle.items[0]).message).toBe(
			"The block 'Agent Output' cannot be run on its own",
		);
		expect(graphsMade()).toBe(0);
	});

	it.each(NEEDED)('names the permission %s when the key lacks it', async (lacking) => {
		const scopes = NEEDED.filter((scope) => scope !== lacking);
		const { items } = await run(template('Ada'), {
			key: stage.account.createKey({ scopes }),
			...CONTINUE,
		});
		const { message, description } = failureOf(items[0]);
		expect(message).toContain(`needs the permission ${permissionWords(lacking)}`);
		expect(description).toContain('/settings/api-keys');
	});

	it('needs no other permission', async () => {
		const key = stage.account.createKey({ scopes: [...NEEDED] });
		expect((await run(template('Ada'), { key })).error).toBeUndefined();
	});
});
