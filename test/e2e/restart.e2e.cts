import { echoAgent } from '../emulator/agents';
import { exampleDraft, type Chosen } from '../host/example.cts';
import { greet, WORKFLOW_NAME } from '../host/greeting.cts';
import { asText, type JsonObject } from '../host/json.cts';
import { until } from '../host/until.cts';
import { chain } from '../host/workflow.cts';
import { useStack } from './stack.cts';

const TICKS_TIMEOUT_MS = 20_000;
/** n8n keeps waits of less than 65 seconds in memory. */
const SHORTEST_SAVED_WAIT = { resume: 'timeInterval', amount: 66, unit: 'seconds' };

const startWith = (inputs: JsonObject) => ({
	inputsJson: `=${JSON.stringify(inputs)}`,
});

describe('An n8n with the pack, started again', () => {
	const stack = useStack('restart');

	test.each(['stop', 'kill'] as const)('goes on where it was after a %s', async (how) => {
		const before = await greet(stack());
		await stack().restart(how);
		const after = await greet(stack());
		expect(after.text).toBe('Hello, Ada!');
		expect(after.workflowUrl).toBe(before.workflowUrl);
		const [newest] = await stack().api.listExecutions(after.execution.workflowId);
		expect(newest?.id).toBe(after.execution.id);
		expect(Number(newest?.id)).toBeGreaterThan(Number(before.execution.id));
		const names = (await stack().api.listWorkflows()).map(({ name }) => name);
		expect(names).toEqual([WORKFLOW_NAME]);
	});

	test('runs published triggers again after a crash', async () => {
		const everySecond = { field: 'seconds', secondsInterval: 1 };
		const workflow = await stack().api.createWorkflow(
			chain('Ticks', [
				{
					name: 'Schedule',
					type: 'n8n-nodes-base.scheduleTrigger',
					typeVersion: 1.2,
					parameters: { rule: { interval: [everySecond] } },
				},
			]),
		);
		await stack().api.activate(workflow);
		const ticksAfter = async (count: number) =>
			await until(TICKS_TIMEOUT_MS, 'the trigger to tick', async () => {
				const ticks = await stack().api.listExecutions(workflow.id);
				return ticks.length > count ? ticks.length : undefined;
			});
		const before = await ticksAfter(0);
		await stack().restart('kill');
		expect(await ticksAfter(before)).toBeGreaterThan(before);
		await stack().api.deactivate(workflow.id);
	});

	test('goes on with the examples of long runs after a crash', async () => {
		const { account, credentials } = stack();
		const { agentId: value, graphId } = account.createAgent(echoAgent, { manual: true });
		const picked = { agentId: { value, name: echoAgent.name } };
		const start = async (name: string, parameters: Chosen['parameters']) => {
			const { api } = stack();
			const draft = exampleDraft(name, { credentials, picked, parameters });
			const { id } = await api.createWorkflow(draft);
			return await api.startManually(id, 'When clicking ‘Execute workflow’');
		};
		const executions = [
			await start('long-run', {
				'Start Agent': startWith({ value: 'checked' }),
				Wait: SHORTEST_SAVED_WAIT,
			}),
			await start('long-run-callback', {
				'Start Agent': startWith({ value: '{{ $execution.resumeUrl }}' }),
			}),
		];
		for (const id of executions) {
			await until(30_000, `n8n to save execution ${id}`, async () =>
				(await stack().api.getExecution(id)).status === 'waiting' ? true : undefined,
			);
		}
		await stack().restart('kill');

		const ownRuns = () => account.runs().filter((run) => run.graphId === graphId);
		for (const { id } of ownRuns()) account.finishRun(id, 'COMPLETED', { echo: ['done'] });
		const callbackUrl = ownRuns()
			.map(({ inputs }) => asText(inputs.value, 'value'))
			.find((input) => input.startsWith('http'));
		expect((await fetch(callbackUrl ?? '', { method: 'POST' })).status).toBe(200);

		const ended = await Promise.all(
			executions.map(async (id) => await stack().api.waitForExecution(id)),
		);
		expect(ended.map(({ error, status }) => [error, status])).toEqual([
			[undefined, 'success'],
			[undefined, 'success'],
		]);
		for (const { nodes } of ended) {
			const [item] = nodes['Get Run']?.at(-1)?.outputs[0] ?? [];
			expect(item?.json).toMatchObject({ status: 'COMPLETED', outputs: { echo: 'done' } });
		}
		expect(ended[0]?.nodes['Continue Here']).toHaveLength(1);
		expect(ownRuns()).toHaveLength(2);
	});
});
