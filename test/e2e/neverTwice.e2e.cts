import { runAndWait } from '../harness/account.cts';
import type { Execution } from '../host/execution.cts';
import { AUTOGPT_NODE } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { chain, type NodeDraft } from '../host/workflow.cts';
import { greetingAgent } from '../emulator/agents.ts';
import { useStack } from './stack.cts';

const TRIGGER = 'When clicking ‘Execute workflow’';
const NODE = 'Run agent';
const ORDERS = Array.from({ length: 20 }, (_, index) => `order-${index + 1}`);
const START = { method: 'POST', path: /\/runs$/ };
const STARTS_TIMEOUT_MS = 30_000;

describe('In a real n8n, a run is never started twice', () => {
	// Starts and their repeats are more here than AutoGPT takes in a minute: they would be held back.
	const stack = useStack('neverTwice', { emulator: { limits: false } });

	/** Makes a workflow that runs an agent once for each order. */
	async function store(name: string, node: Omit<NodeDraft, 'name' | 'type'>, orders: string[]) {
		const { api, credentials } = stack();
		const list = JSON.stringify({ orders: orders.map((order) => ({ order })) });
		return await api.createWorkflow(
			chain(
				name,
				[
					{ name: TRIGGER, type: 'n8n-nodes-base.manualTrigger' },
					{
						name: 'Orders',
						type: 'n8n-nodes-base.set',
						typeVersion: 3.4,
						parameters: { mode: 'raw', jsonOutput: list, options: {} },
					},
					{
						name: 'Each order',
						type: 'n8n-nodes-base.splitOut',
						parameters: { fieldToSplitOut: 'orders', options: {} },
					},
					{ name: NODE, type: AUTOGPT_NODE, credentials, ...node },
				],
				{ saveExecutionProgress: true },
			),
		);
	}

	function idsIn(execution: Execution): unknown[] {
		const items = execution.nodes[NODE]?.at(-1)?.outputs[0] ?? [];
		return items.map(({ json }) => json.id);
	}

	test('Retry On Fail after a lost response finds the run that was started', async () => {
		const { account, api, emulator } = stack();
		const { agentId } = account.createAgent(greetingAgent);
		const workflow = await store(
			'Lost response',
			{
				parameters: runAndWait(agentId, { name: 'Ada' }),
				settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 500 },
			},
			['order-1'],
		);
		// As often as the node tries by itself, so that n8n has to execute it again.
		const path = new RegExp(`${agentId}/runs$`);
		emulator.faults.add({ ...START, path, kind: { after: 'drop' }, times: 5 });
		const execution = await api.runManually(workflow.id, TRIGGER);
		expect(execution.error).toBeUndefined();
		expect(execution.status).toBe('success');
		const runs = account.runs().filter((run) => run.agentId === agentId);
		expect(idsIn(execution)).toEqual(runs.map(({ id }) => id));
		expect(runs).toHaveLength(1);
		const sent = emulator.requests.filter(({ path }) => path.includes(`${agentId}/runs`));
		expect(sent).toHaveLength(6);
		expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
	});

	describe.each([
		['while its runs are open', ORDERS.length],
		['while it starts them', 7],
	])('killed %s', (_, enough) => {
		test('n8n finds them by their own keys when it is back', async () => {
			const { account, emulator } = stack();
			const { agentId } = account.createAgent(greetingAgent, { manual: true });
			const prefix = `${agentId}-{{ $json.order }}`;
			const options = { idempotencyKey: `=${prefix}`, startsAtOnce: 2 };
			const workflow = await store(
				`Orders, killed at ${enough}`,
				{ parameters: runAndWait(agentId, '={"name": "{{ $json.order }}"}', options) },
				ORDERS,
			);
			emulator.faults.add({ ...START, kind: { delayMs: 100 }, times: 100 });
			const runs = () => account.runs().filter((run) => run.agentId === agentId);
			const killed = await stack().api.startManually(workflow.id, TRIGGER);
			await until(
				STARTS_TIMEOUT_MS,
				`${enough} runs`,
				async () => await Promise.resolve(runs().length >= enough || undefined),
			);
			await stack().restart('kill');
			if (enough < ORDERS.length) expect(runs().length).toBeLessThan(ORDERS.length);
			const before = runs().map(({ id }) => id);
			emulator.faults.clear();

			const again = await stack().api.startManually(workflow.id, TRIGGER);
			await until(
				STARTS_TIMEOUT_MS,
				'all runs',
				async () => await Promise.resolve(runs().length >= ORDERS.length || undefined),
			);
			const finish = () => {
				for (const { id, endedAt, inputs } of runs()) {
					if (!endedAt) account.finishRun(id, 'COMPLETED', { greeting: [inputs.name] });
				}
			};
			finish();
			const execution = await stack().api.waitForExecution(again);
			expect(execution.status).toBe('success');
			expect(runs()).toHaveLength(ORDERS.length);
			expect(runs().map(({ id }) => id)).toEqual(expect.arrayContaining(before));
			const byName = new Map(runs().map(({ id, inputs }) => [inputs.name, id]));
			expect(idsIn(execution)).toEqual(ORDERS.map((order) => byName.get(order)));

			const crashed = await stack().api.getExecution(killed);
			expect(crashed.status).toBe('crashed');
			const retried = await stack().api.retryExecution(killed);
			expect(retried.status).toBe('success');
			expect(idsIn(retried)).toEqual(idsIn(execution));
			expect(runs()).toHaveLength(ORDERS.length);
		});
	});
});
