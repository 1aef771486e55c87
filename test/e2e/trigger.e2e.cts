import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { greetingAgent } from '../emulator/agents';
import { hostRoot } from '../host/paths.cts';
import { pollState, untilPolled, untilPolledDurably } from '../host/pollState.cts';
import { PACKAGE_NAME, type Stack } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { chain } from '../host/workflow.cts';
import { useStack } from './stack.cts';
import { rl } from '../harness/locator.cts';

const TRIGGER = 'AutoGPT Trigger';
const RUNS = Number(process.env.TRIGGER_RUNS ?? 500);
const KILLS = 3;
/** Time between two kills; the runs finish evenly over all of it. */
const PHASE_MS = 25_000;
const SETTLE_MS = 4 * 60_000;
const TEST_TIMEOUT_MS = 10 * 60_000;

/** Makes n8n keep a trigger's state in one transaction with the execution that it starts. */
const DURABLE_CURSORS = {
	N8N_SCHEDULER_ENABLED: 'true',
	N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
	N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
	N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
};

function workflowOf({ credentials }: Stack, name: string, parameters: object = {}) {
	return chain(name, [
		{
			name: TRIGGER,
			type: `${PACKAGE_NAME}.autoGptTrigger`,
			parameters: {
				pollTimes: { item: [{ mode: 'everyMinute' }] },
				events: ['runFinished'],
				...parameters,
			},
			credentials,
		},
		{ name: 'Done', type: 'n8n-nodes-base.noOp' },
	]);
}

/** All events that woke the workflow, in the order of its executions. */
async function eventsOf(
	{ api }: Stack,
	workflowId: string,
	triggerName = TRIGGER,
): Promise<string[]> {
	const executions = await api.listExecutions(workflowId);
	const woken = executions
		.filter(({ mode }) => mode === 'trigger')
		.sort((a, b) => Number(a.id) - Number(b.id));
	const events: string[] = [];
	for (const { id } of woken) {
		const { nodes } = await api.getExecution(id);
		const items = nodes[triggerName]?.[0]?.outputs[0] ?? [];
		events.push(...items.map(({ json }) => String(json.event_id)));
	}
	return events;
}

describe.each([
	['off', {}],
	['on', DURABLE_CURSORS],
])('The trigger in an n8n with durable cursors %s', (mode, n8nEnv) => {
	const stack = useStack(`trigger-${mode}`, { n8nEnv, emulator: { limits: false } });

	test(
		`reports ${RUNS} runs once each while n8n is killed ${KILLS} times`,
		async () => {
			const { account, api } = stack();
			const { agentId } = account.createAgent(greetingAgent, { manual: true });
			const ids = Array.from({ length: RUNS }, () => account.startRun(agentId));
			const old = account.startRun(agentId);
			account.finishRun(old);
			const workflow = await api.createWorkflow(workflowOf(stack(), `Finished ${mode}`));
			await api.activate(workflow);
			await seeded(workflow.id);

			let finished = 0;
			const total = PHASE_MS * (KILLS + 1);
			const began = Date.now();
			const finishing = (async () => {
				while (finished < RUNS) {
					const due = Math.min(RUNS, Math.ceil((RUNS * (Date.now() - began)) / total));
					for (; finished < due; finished++) account.finishRun(ids[finished] ?? '');
					await delay(50);
				}
			})();
			for (let kill = 0; kill < KILLS; kill++) {
				await delay(PHASE_MS);
				await stack().restart('kill');
			}
			await finishing;
			const events = await until(SETTLE_MS, 'all runs to be reported of', async () => {
				const reported = await eventsOf(stack(), workflow.id);
				return new Set(reported).size >= RUNS ? reported : undefined;
			});
			await stack().api.deactivate(workflow.id);
			const runs = events.map((event) => event.split(':')[1]);
			const double = runs.length - new Set(runs).size;
			const missing = ids.filter((id) => !runs.includes(id)).length;
			expect({ reported: runs.length, missing, double }).toEqual({
				reported: RUNS,
				missing: 0,
				double: 0,
			});
		},
		TEST_TIMEOUT_MS,
	);

	/**
	 * The trigger knows which runs are old, and n8n has stored that. With durable cursors n8n does
	 * not store the poll that comes with publishing, but the next one.
	 */
	async function seeded(workflowId: string) {
		if (mode === 'off') await untilPolled(stack(), workflowId);
		else await untilPolledDurably(join(hostRoot, 'e2e', `trigger-${mode}`), workflowId);
		expect(await eventsOf(stack(), workflowId)).toEqual([]);
	}
});

describe('The trigger in the editor and across changes', () => {
	const stack = useStack('trigger-changes');

	test('shows a recent run when it is tried by hand', async () => {
		const { account, api } = stack();
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const run = account.startRun(agentId, { name: 'Ada' });
		account.finishRun(run, 'COMPLETED', { greeting: ['Hello, Ada!'] });
		const workflow = await api.createWorkflow(workflowOf(stack(), 'By hand'));
		const execution = await api.runManually(workflow.id, TRIGGER);
		expect(execution.status).toBe('success');
		expect(execution.nodes[TRIGGER]?.[0]?.outputs[0]?.[0]?.json).toMatchObject({
			event: 'run.finished',
			id: run,
			outputs: { greeting: 'Hello, Ada!' },
		});
	});

	test('reports what happened while the workflow was not published, once', async () => {
		const { account, api } = stack();
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const [first, second] = [account.startRun(agentId), account.startRun(agentId)];
		const agents = { agent: [{ agentId: rl(agentId) }] };
		const workflow = await api.createWorkflow(workflowOf(stack(), 'Published twice', { agents }));
		await api.activate(workflow);
		await untilPolled(stack(), workflow.id);
		await api.deactivate(workflow.id);
		account.finishRun(first);
		account.finishRun(second);
		await api.activate(workflow);
		const events = await until(90_000, 'both runs', async () => {
			const reported = await eventsOf(stack(), workflow.id);
			return reported.length > 0 ? reported : undefined;
		});
		await api.deactivate(workflow.id);
		expect(events.map((event) => event.split(':')[1])).toEqual([first, second]);
	});

	test('goes on where it was after the node was renamed', async () => {
		const { account, api } = stack();
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const agents = { agent: [{ agentId: rl(agentId) }] };
		const draft = workflowOf(stack(), 'Renamed', { agents });
		const workflow = await api.createWorkflow(draft);
		await api.activate(workflow);
		await untilPolled(stack(), workflow.id);
		const run = account.startRun(agentId);
		account.finishRun(run);
		const name = 'Run done';
		const nodes = draft.nodes.map((node) => (node.name === TRIGGER ? { ...node, name } : node));
		const connections = { [name]: draft.connections[TRIGGER] };
		await api.activate(await api.updateWorkflow(workflow.id, { nodes, connections }));
		const events = await until(90_000, 'the run', async () => {
			const reported = await eventsOf(stack(), workflow.id, name);
			return reported.length > 0 ? reported : undefined;
		});
		await api.deactivate(workflow.id);
		expect(events.map((event) => event.split(':')[1])).toEqual([run]);
	});

	test('a copy of the workflow starts afresh', async () => {
		const { account, api } = stack();
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		const workflow = await api.createWorkflow(workflowOf(stack(), 'Original'));
		await api.activate(workflow);
		await untilPolled(stack(), workflow.id);
		const run = account.startRun(agentId);
		account.finishRun(run);
		await api.deactivate(workflow.id);
		const { stored } = await api.getWorkflow(workflow.id);
		const copy = await api.createWorkflow({
			...workflowOf(stack(), 'Copy'),
			nodes: stored.nodes as [],
			connections: stored.connections as object as Record<string, unknown>,
			...{ staticData: stored.staticData },
		});
		const copied = await pollState(stack(), copy.id);
		await api.activate(copy);
		await untilPolled(stack(), copy.id, copied);
		await api.activate(workflow);
		const events = await until(90_000, 'the run', async () => {
			const reported = await eventsOf(stack(), workflow.id);
			return reported.length > 0 ? reported : undefined;
		});
		expect(events.map((event) => event.split(':')[1])).toEqual([run]);
		expect(await eventsOf(stack(), copy.id)).toEqual([]);
		await api.deactivate(workflow.id);
		await api.deactivate(copy.id);
	});
});
