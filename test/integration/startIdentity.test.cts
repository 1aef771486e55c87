import type { INodeParameters } from 'n8n-workflow';

import { keptReads, resetProcessState } from '../../client/process/processState';
import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import { openStageClient } from '../harness/client.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { BLOCK_IDS, greetingAgent } from '../emulator/agents';
import { rl } from '../harness/locator.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(50),
);

const CONTINUE = { onError: 'continueRegularOutput' } as const;

describe('A start is this one, and no other', () => {
	let stage: Stage;
	let agentId: string;

	beforeEach(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
		({ agentId } = stage.account.createAgent(greetingAgent));
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const greet = (): INodeParameters => runAndWait(agentId, { name: 'Ada' });
	const keys = () => stage.account.runs().map(({ idempotencyKey }) => idempotencyKey);

	test('each pass of a loop starts a run of its own', async () => {
		await stage.run(greet(), { passes: 3 });
		expect(new Set(keys()).size).toBe(3);
		expect(keys()).toHaveLength(3);
	});

	test('each node starts a run of its own', async () => {
		await stage.run(greet(), { second: {} });
		expect(new Set(keys()).size).toBe(2);
	});

	test.each([undefined, ''])(
		'also nodes whose ID is %j, as in inline sub-workflows',
		async (id) => {
			const settings = { id } as { id: string };
			await stage.run(greet(), { settings, second: settings });
			expect(new Set(keys()).size).toBe(2);
		},
	);

	test('each item starts a run of its own, and each agent', async () => {
		const executionId = 'same';
		await stage.run(greet(), { items: [{ json: {} }, { json: {} }], executionId });
		({ agentId } = stage.account.createAgent(greetingAgent));
		await stage.run(greet(), { executionId });
		expect(new Set(keys()).size).toBe(3);
	});

	test('other inputs start a run of their own, also where keys are not bound to them', async () => {
		stage.emulator.mode.idempotency = 'unbound';
		const greetNamed = () => runAndWait(agentId, '={{ JSON.stringify({ name: $json.name }) }}');
		await stage.run(greetNamed(), { items: [{ json: { name: 'Ada' } }], executionId: 'same' });
		resetProcessState();
		const { items } = await stage.run(greetNamed(), {
			items: [{ json: { name: 'Bob' } }],
			executionId: 'same',
		});
		expect(items[0]?.json.outputs).toEqual({ greeting: 'Hello, Bob!' });
	});

	test('each workflow execution starts a run of its own', async () => {
		await stage.run(greet());
		await stage.run(greet());
		expect(new Set(keys()).size).toBe(2);
	});

	test('a block whose agent is another one at the next attempt is not run twice', async () => {
		const options = { executionId: 'same', settings: CONTINUE };
		const parameters: INodeParameters = {
			...{ resource: 'block', operation: 'run' },
			blockId: rl(BLOCK_IDS.template),
			inputsMode: 'json',
			inputsJson: '{ "format": "Hello", "values": {} }',
		};
		const failing = { method: 'POST', path: /\/library\/agents\/[\w-]+\/runs$/ };
		stage.emulator.faults.add({ ...failing, kind: { after: 'drop' }, times: 1 });
		stage.emulator.faults.add({ ...failing, kind: { status: 500 }, times: 99 });
		const first = await stage.run(parameters, options);
		expect(failureOf(first.items[0]).message).toContain('not certain');
		stage.emulator.faults.clear();

		// Another worker made an agent of the block a moment before, and it is the older one.
		const client = await openStageClient(stage);
		const [run] = stage.account.runs();
		const graph = await client.call('getGraph', {
			path: { graph_id: run?.graphId ?? '' },
			query: { version: 1 },
		});
		stage.emulator.clock.skewMs = -3_600_000;
		const { name, description, nodes, links } = graph;
		const body = { name, description, nodes, links, is_active: true };
		await client.call('createGraph', { body });
		stage.emulator.clock.skewMs = 0;
		// So much later that what the first attempt read does not count any more.
		keptReads.reset();

		const second = await stage.run(parameters, options);
		expect(stage.account.runs()).toHaveLength(1);
		expect(second.items[0]?.json.id).toBe(run?.id);
	});
});
