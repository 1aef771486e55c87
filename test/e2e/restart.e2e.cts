import { greet, WORKFLOW_NAME } from '../host/greeting.cts';
import { until } from '../host/until.cts';
import { chain } from '../host/workflow.cts';
import { useStack } from './stack.cts';

const TICKS_TIMEOUT_MS = 20_000;

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
});
