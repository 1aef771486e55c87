import { echoAgent } from '../emulator/agents';
import { exampleDraft, type Chosen } from '../host/example.cts';
import { greet, WORKFLOW_NAME } from '../host/greeting.cts';
import { asText, type JsonObject } from '../host/json.cts';
import { until } from '../host/until.cts';
import { chain } from '../host/workflow.cts';
import { useStack } from './stack.cts';

const TICKS_TIMEOUT_MS = 20_000;
/** n8n keeps waits of less than 65 seconds in memory; that does for those after the first. */
const SHORTEST_SAVED_WAIT = {
	resume: 'timeInterval',
	amount: '={{ $runIndex === 0 ? 66 : 1 }}',
	unit: 'seconds',
};
const MANUAL_TRIGGER = 'When clicking ‘Execute workflow’';

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
			const pinData = { [MANUAL_TRIGGER]: [{ json: {} }, { json: {} }] };
			const { id } = await api.createWorkflow({ ...draft, pinData });
			return await api.startManually(id, MANUAL_TRIGGER);
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
		const isWaiting = async (id = '') =>
			await until(30_000, `n8n to save execution ${id}`, async () =>
				(await stack().api.getExecution(id)).status === 'waiting' ? true : undefined,
			);
		for (const id of executions) await isWaiting(id);
		await stack().restart('kill');

		const runsOf = (isCallback: boolean) =>
			account
				.runs()
				.filter((run) => run.graphId === graphId)
				.filter(({ inputs }) => asText(inputs.value, 'value').startsWith('http') === isCallback);
		const finish = (id = '') => account.finishRun(id, 'COMPLETED', { echo: ['done'] });
		const [checked, later] = runsOf(false);
		finish(checked?.id);
		// The items of an execution share its URL, so they take turns.
		for (const turn of [0, 1]) {
			const run = await until(30_000, `run ${turn + 1} with a callback`, async () =>
				Promise.resolve(runsOf(true)[turn]),
			);
			finish(run.id);
			await isWaiting(executions[1]);
			const call = await fetch(asText(run.inputs.value, 'value'), { method: 'POST' });
			expect(call.status).toBe(200);
		}
		// The other item goes round once more.
		const { requests } = stack().emulator;
		await until(90_000, 'the first check', async () =>
			Promise.resolve(
				requests.some(({ path }) => path.endsWith(`/runs/${later?.id}`)) || undefined,
			),
		);
		finish(later?.id);

		const ended = await Promise.all(
			executions.map(async (id) => await stack().api.waitForExecution(id)),
		);
		expect(ended.map(({ error, status }) => [error, status])).toEqual([
			[undefined, 'success'],
			[undefined, 'success'],
		]);
		const [checks, callbacks] = ended.map(({ nodes }) =>
			nodes['Continue Here']?.map(({ outputs: [items = []] }) => items.map(({ json }) => json)),
		);
		const done = (run?: { id: string }) =>
			expect.objectContaining({ id: run?.id, status: 'COMPLETED', outputs: { echo: 'done' } });
		expect(checks).toEqual([[done(checked)], [done(later)]]);
		expect(callbacks).toEqual([runsOf(true).map(done)]);
		expect([runsOf(false), runsOf(true)].map((runs) => runs.length)).toEqual([2, 2]);
	});
});
