import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import { openStageClient } from '../harness/client.cts';
import { runNode } from '../harness/engine.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { greetingAgent } from '../emulator/agents';
import { rl } from '../harness/locator.cts';

const CONTINUE = { onError: 'continueRegularOutput' } as const;

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(20),
);

let stage: Stage;
let agentId: string;

beforeEach(async () => {
	stage = await setStage();
	({ agentId } = stage.account.createAgent(greetingAgent));
});

afterEach(async () => {
	expect(stage.emulator.contractViolations).toEqual([]);
	await stage.emulator.close();
});

const greet = (idempotencyKey: unknown): INodeParameters =>
	runAndWait(agentId, '={{ JSON.stringify({ name: $json.name }) }}', {
		idempotencyKey,
	} as INodeParameters);

const order = (name: string, key: unknown): INodeExecutionData => ({
	json: { name, key } as INodeExecutionData['json'],
});

const keysSent = () =>
	stage.emulator.requests
		.filter(({ method, path }) => method === 'POST' && /runs$/.test(path))
		.map(({ headers }) => headers['idempotency-key']);

describe('A key of the user arrives as it was given', () => {
	test.each(['order-2041', 'a b~!"#', 'x'.repeat(255)])('%s is sent as it is', async (key) => {
		await stage.run(greet(key), { items: [order('Ada', key)] });
		expect(keysSent()).toEqual([key]);
	});

	test.each([
		['Chinese', '订单一', '订单二'],
		['Cyrillic before the same number', 'заказ-1', 'счёт-1'],
		['Latin letters with accents', 'café-1', 'cafè-1'],
		['control characters', 'order\u00011', 'order\u00021'],
		['a pair of surrogates', '🦊1', '🐻1'],
		['more than AutoGPT takes', `${'x'.repeat(255)}1`, `${'x'.repeat(255)}2`],
	])('%s: two keys stay two keys', async (_, one, other) => {
		const { items } = await stage.run(greet('={{ $json.key }}'), {
			items: [order('Ada', one), order('Bob', other)],
			settings: CONTINUE,
		});
		expect(items.map(({ json }) => (json.outputs as { greeting: string }).greeting)).toEqual([
			'Hello, Ada!',
			'Hello, Bob!',
		]);
		const sent = keysSent();
		expect(new Set(sent).size).toBe(2);
		for (const key of sent) expect(key).toMatch(/^[\x21-\x7e]{1,255}$/);
	});

	test('a key without a plain letter starts one run, also after a lost response', async () => {
		const START = { method: 'POST', path: /\/runs$/ };
		stage.emulator.faults.add({ ...START, kind: { after: 'drop' } });
		const first = await stage.run(greet('订单一'), { items: [order('Ada', '')] });
		const second = await stage.run(greet('订单一'), { items: [order('Ada', '')] });
		expect(stage.account.runs()).toHaveLength(1);
		expect(second.items[0]?.json.id).toBe(first.items[0]?.json.id);
	});

	test('two items with the same key are told by the key as it was given', async () => {
		const { error } = await stage.run(greet('订单一'), {
			items: [order('Ada', ''), order('Ada', '')],
		});
		expect(error?.message).toBe("Item 0 has the same idempotency key '订单一'");
		expect(keysSent()).toEqual([]);
	});
});

describe('A key that names no order', () => {
	test.each<[string, unknown]>([
		['an object', { id: 1 }],
		['a list', [1]],
		['a date', new Date(0)],
		['NaN', NaN],
		['infinity', Infinity],
		['a whole number whose digits have changed', 2 ** 53],
		['true', true],
		['false', false],
	])('%s is refused, and nothing is started', async (_, key) => {
		const { items } = await stage.run(greet('={{ $json.key }}'), {
			items: [order('Ada', key)],
			settings: CONTINUE,
		});
		const { message, description } = failureOf(items[0]);
		expect(message).toContain("'Idempotency Key'");
		expect(description).toMatch(/order/);
		expect(keysSent()).toEqual([]);
	});

	test.each<[string, string]>([
		['undefined', '={{ undefined }}'],
		['null', '={{ null }}'],
		['an empty text', '={{ "" }}'],
		['blanks', '={{ "  " }}'],
		['a field that the item lacks', '={{ $json.order_id }}'],
	])('an expression that gives %s is refused', async (_, expression) => {
		const { items } = await stage.run(greet(expression), {
			items: [order('Ada', 'x')],
			settings: CONTINUE,
		});
		expect(failureOf(items[0]).message).toBe(
			"The expression in 'Idempotency Key' returns nothing for this item",
		);
		expect(keysSent()).toEqual([]);
	});

	test('a number is a key as it is written, and an empty field asks for a key of the node', async () => {
		await stage.run(greet('={{ $json.key }}'), { items: [order('Ada', 2041)] });
		await stage.run(greet('={{ $json.key }}'), { items: [order('Ada', 0)] });
		await stage.run(greet(''), { items: [order('Ada', 0)] });
		expect(keysSent()).toEqual(['2041', '0', expect.stringMatching(/^n8n-[0-9a-f]{64}$/)]);
	});
});

describe('Other values of a user that would arrive changed', () => {
	test.each(['команда', 'team\u0001', 'team-\u200b1'])(
		'a Team ID that cannot be sent (%j) is refused before anything is sent',
		async (teamId) => {
			const { error } = await runNode({
				credential: { apiKey: stage.key, baseUrl: stage.emulator.baseUrl, teamId },
				parameters: greet(''),
				items: [order('Ada', '')],
			});
			expect(error?.message).toContain("'Team ID'");
			expect(stage.emulator.requests).toEqual([]);
		},
	);

	test.each(['..', '.', '\ud800'])('the ID %j is refused before anything is sent', async (id) => {
		const { error } = await stage.run(
			{
				resource: 'run',
				operation: 'get',
				runId: rl(id),
			},
			{},
		);
		expect(error?.message).toContain('cannot be an ID');
		expect(stage.emulator.requests).toEqual([]);
	});

	test('a path with an empty part is not sent', async () => {
		const client = await openStageClient(stage);
		await expect(client.call('getRun', { path: { run_id: '' } })).rejects.toMatchObject({
			outcome: 'refused',
		});
		await expect(client.transfer('downloadFile', { file_id: '..' }, {})).rejects.toMatchObject({
			outcome: 'refused',
		});
		expect(stage.emulator.requests).toEqual([]);
	});
});
