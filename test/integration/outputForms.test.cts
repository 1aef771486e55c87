import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { failingAgent, greetingAgent, reviewAgent } from '../emulator/agents';
import { runAndWait, setStage, type Stage } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';

describe('Output of a run', () => {
	let stage: Stage;
	let agentId: string;
	let agentName: string;

	beforeAll(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
		({ agentId } = stage.account.createAgent(greetingAgent, { manual: true }));
		agentName = String(greetingAgent.name);
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	function finished(
		outputs: Record<string, unknown[]>,
		status: 'COMPLETED' | 'FAILED' = 'COMPLETED',
	) {
		const id = stage.account.startRun(agentId, { name: 'Ada' });
		stage.account.finishRun(id, status, outputs);
		return id;
	}

	const waitFor = async (
		id: string,
		options: INodeParameters,
		more: INodeParameters & { asTool?: boolean; settings?: object } = {},
	) => {
		const { asTool = false, settings, ...parameters } = more;
		const result = await stage.run(
			{ resource: 'run', operation: 'wait', runId: rl(id), options, ...parameters },
			{ asTool, ...(settings ? { settings } : {}) },
		);
		return { ...result, rows: result.items.map(({ json }) => json) };
	};

	describe('Outputs Only', () => {
		it("has the agent's outputs as the fields of the item", async () => {
			const id = finished({ greeting: ['Hello', 'Hi'], total: [3] });
			const { rows } = await waitFor(id, { output: 'outputsOnly' });
			expect(rows).toEqual([{ greeting: 'Hi', total: 3 }]);
			const lists = await waitFor(id, { output: 'outputsOnly' }, { outputValues: 'all' });
			expect(lists.rows).toEqual([{ greeting: ['Hello', 'Hi'], total: [3] }]);
		});

		it('says at the node which outputs had several values', async () => {
			const id = finished({ greeting: ['Hello', 'Hi'] });
			const { hints } = await waitFor(id, { output: 'outputsOnly' });
			expect(JSON.stringify(hints)).toContain("several values for 'greeting'");
		});

		it('is one item for a run without outputs', async () => {
			const { rows } = await waitFor(finished({}), { output: 'outputsOnly' });
			expect(rows).toEqual([{}]);
		});

		it('shows that a run failed where that does not fail the item', async () => {
			const id = finished({ greeting: ['Hello'] }, 'FAILED');
			const { rows } = await waitFor(id, { output: 'outputsOnly', failOn: [] });
			expect(rows).toMatchObject([{ id, status: 'FAILED', outputs: { greeting: 'Hello' } }]);
		});

		it("does not let n8n take an output 'error' for a failed item", async () => {
			const id = finished({ error: ['nothing'], error_output: ['x'], greeting: ['Hello'] });
			const { rows, errorItems } = await waitFor(
				id,
				{ output: 'outputsOnly' },
				{ settings: { onError: 'continueErrorOutput', retryOnFail: true } },
			);
			expect(rows).toEqual([{ error_output: 'x', greeting: 'Hello', error_output_: 'nothing' }]);
			expect(errorItems).toEqual([]);
		});

		it('returns a run that waits for a person with its reviews', async () => {
			const { agentId: asking } = stage.account.createAgent(reviewAgent);
			const parameters = runAndWait(asking, { text: 'Hi' });
			const { items } = await stage.run({ ...parameters, options: { output: 'outputsOnly' } });
			expect(items[0]?.json).toMatchObject({
				status: 'REVIEW',
				reviews: [{ review_id: expect.any(String), node_exec_id: expect.any(String) }],
			});
		});
	});

	it.each([{}, { outputValues: 'all' }])(
		'is one item where there is to be one for each output, and there is none (%j)',
		async (more) => {
			const id = finished({});
			const { rows } = await waitFor(id, { output: 'itemPerValue' }, more);
			expect(rows).toMatchObject([{ id, status: 'COMPLETED', output: null, value: null }]);
		},
	);

	describe('Selected Fields', () => {
		it.each([true, false])('has the ID and the chosen fields (tool: %s)', async (asTool) => {
			const id = finished({ greeting: ['Hello'] });
			const options = { output: 'selected', selectedFields: ['outputs', 'agent_name'] };
			const { rows } = await waitFor(id, options, { asTool });
			expect(rows).toEqual([{ id, outputs: { greeting: 'Hello' }, agent_name: agentName }]);
		});

		it('has fields that AutoGPT alone returns, too', async () => {
			const options = { output: 'selected', selectedFields: ['inputs'] };
			const { rows } = await waitFor(finished({}), options);
			expect(rows).toMatchObject([{ inputs: { name: 'Ada' } }]);
		});

		it('shows in any case that a run waits, and for what', async () => {
			const { agentId: asking } = stage.account.createAgent(reviewAgent);
			const options = { output: 'selected', selectedFields: ['outputs'] };
			const parameters = { ...runAndWait(asking, { text: 'Hi' }), options };
			const { items } = await stage.run(parameters, { asTool: true });
			expect(items[0]?.json).toMatchObject({ status: 'REVIEW', reviews: [{ status: 'WAITING' }] });
		});
	});

	it('names the agent', async () => {
		const id = finished({ greeting: ['Hello'] });
		for (const output of ['simplified', 'raw', 'itemPerValue']) {
			const { rows } = await waitFor(id, { output });
			expect(rows).toMatchObject([{ agent_id: agentId, agent_name: agentName }]);
		}
		const { items } = await stage.run({ resource: 'run', operation: 'get', runId: rl(id) });
		expect(items[0]?.json.agent_name).toBe(agentName);
	});

	it('has seconds as people read them', async () => {
		const { rows } = await waitFor(finished({ greeting: ['Hello'] }), {});
		expect(String(rows[0]?.duration_seconds)).toMatch(/^\d+(\.\d{1,3})?$/);
	});

	it('names agent and page of each run in lists', async () => {
		const fresh = await setStage({ mode: { rateLimitHeaders: false } });
		const graphs = Array.from({ length: 7 }, (_, index) => ({
			...greetingAgent,
			name: `Greeting ${index}`,
		}));
		const agents = graphs.map((graph) => fresh.account.createAgent(graph));
		const runs = agents.map((agent) => fresh.account.startRun(agent.agentId, { name: 'Ada' }));
		const { items } = await fresh.run({ resource: 'run', operation: 'getMany' });
		const rows = new Map(items.map(({ json }): [unknown, IDataObject] => [json.id, json]));
		runs.forEach((id, index) => {
			expect(rows.get(id)).toMatchObject({
				agent_name: `Greeting ${index}`,
				url: expect.stringContaining(`/library/agents/${agents[index]?.agentId ?? ''}?`),
			});
		});
		const asked = fresh.emulator.requests.filter(({ path }) => path.includes('library'));
		expect(asked).toHaveLength(1);
		await fresh.emulator.close();
	});

	it('names the blocks that failed', async () => {
		const failing = stage.account.createAgent(failingAgent);
		const parameters = { ...runAndWait(failing.agentId, {}), options: { failOn: [] } };
		const { items } = await stage.run(parameters);
		const blocks = items[0]?.json.failed_blocks as Array<{ block_name: unknown }>;
		expect(blocks[0]?.block_name).toEqual(expect.any(String));
	});
});
