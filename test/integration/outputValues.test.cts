import type { INodeParameters } from 'n8n-workflow';

import { greetingAgent, twoReviewsAgent } from '../emulator/agents';
import { runAndWait, setStage, type Stage } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';

describe('An output that came several times', () => {
	let stage: Stage;
	let run: string;
	/** A run with one value only. */
	let single: string;

	beforeAll(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
		const { agentId } = stage.account.createAgent(greetingAgent, { manual: true });
		const finished = (outputs: Record<string, unknown[]>) => {
			const id = stage.account.startRun(agentId, { name: 'Ada' });
			stage.account.finishRun(id, 'COMPLETED', outputs);
			return id;
		};
		run = finished({ greeting: ['Hello', 'Hi', 'Hey'], total: [3] });
		single = finished({ greeting: ['Hello'] });
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const wait = (options: INodeParameters = {}, more: INodeParameters = {}): INodeParameters => {
		return { resource: 'run', operation: 'wait', runId: rl(run), options, ...more };
	};
	const jsonOf = async (parameters: INodeParameters, asTool = false) =>
		(await stage.run(parameters, { asTool })).items.map(({ json }) => json);

	it.each([
		['Run > Wait', () => wait()],
		['Run > Get', () => ({ resource: 'run', operation: 'get', runId: rl(run) })],
	])('is all there by default, beside its last value (%s)', async (_, parameters) => {
		const { items, hints } = await stage.run(parameters());
		expect(items[0]?.json).toMatchObject({
			outputs: { greeting: 'Hey', total: 3 },
			output_values: { greeting: ['Hello', 'Hi', 'Hey'], total: [3] },
		});
		expect(hints).toEqual([
			{
				message: expect.stringMatching(/several values for 'greeting': .*'output_values'/),
				type: 'info',
				location: 'outputPane',
			},
		]);
	});

	it('does not change a type with the number of values, and gives no hint for one', async () => {
		const { items, hints } = await stage.run(wait({}, { runId: rl(single) }));
		expect(items[0]?.json).toMatchObject({
			outputs: { greeting: 'Hello' },
			output_values: { greeting: ['Hello'] },
		});
		expect(hints).toEqual([]);
	});

	it.each([
		['by its field', { outputValues: 'all' }, {}],
		['by the option of an older workflow', {}, { outputValues: 'all' }],
		['by the option, which wins over the field', { outputValues: 'last' }, { outputValues: 'all' }],
	])('is a list where the user chose so, %s', async (_, field, options) => {
		const { items, hints } = await stage.run(wait(options, field));
		expect(items[0]?.json.outputs).toEqual({ greeting: ['Hello', 'Hi', 'Hey'], total: [3] });
		expect(items[0]?.json).not.toHaveProperty('output_values');
		expect(hints).toEqual([]);
	});

	it('is a list in Run > Get, too', async () => {
		const [json] = await jsonOf({
			...{ resource: 'run', operation: 'get', runId: rl(run), outputValues: 'all' },
		});
		expect(json?.outputs).toEqual({ greeting: ['Hello', 'Hi', 'Hey'], total: [3] });
	});

	it('is all there as an item of its own, or as one item for each value', async () => {
		const { items, hints } = await stage.run(wait({ output: 'itemPerValue' }));
		expect(items.map(({ json: { output, value, values } }) => [output, value, values])).toEqual([
			['greeting', 'Hey', ['Hello', 'Hi', 'Hey']],
			['total', 3, [3]],
		]);
		expect(JSON.stringify(hints)).toContain("'values'");
		const each = await jsonOf(wait({ output: 'itemPerValue' }, { outputValues: 'all' }));
		expect(each.map(({ output, value, values }) => [output, value, values])).toEqual([
			['greeting', 'Hello', undefined],
			['greeting', 'Hi', undefined],
			['greeting', 'Hey', undefined],
			['total', 3, undefined],
		]);
	});

	it('costs a language model no word twice', async () => {
		const [several] = await jsonOf(wait(), true);
		expect(several?.output_values).toEqual({ greeting: ['Hello', 'Hi', 'Hey'] });
		const [one] = await jsonOf(wait({}, { runId: rl(single) }), true);
		expect(one).not.toHaveProperty('output_values');
		const chosen = await jsonOf(
			{
				...{ resource: 'run', operation: 'get', runId: rl(run) },
				...{ output: 'selected', selectedFields: ['output_values'] },
			},
			true,
		);
		expect(chosen).toEqual([{ id: run, output_values: { greeting: ['Hello', 'Hi', 'Hey'] } }]);
	});

	it('shows both answers of reviews that feed one output', async () => {
		const asking = {
			...twoReviewsAgent,
			nodes: twoReviewsAgent.nodes?.map((node) =>
				node.id === 'approvedTitle' || node.id === 'approvedText'
					? { ...node, input_default: { name: 'approved', title: 'Approved' } }
					: node,
			),
		};
		const { agentId } = stage.account.createAgent(asking);
		const parked = await stage.run(runAndWait(agentId, { title: 'A title', text: 'A text' }));
		const reviews = parked.items[0]?.json.reviews as Array<{ node_exec_id: string }>;
		const { items } = await stage.run(
			{
				...{ resource: 'review', operation: 'answer', waitForRun: true },
				...{ runId: rl(String(parked.items[0]?.json.id)), reviewId: rl('={{ $json.id }}') },
			},
			{ items: reviews.map(({ node_exec_id }) => ({ json: { id: node_exec_id } })) },
		);
		const values = items[0]?.json.output_values as { approved: string[] };
		expect([...values.approved].sort()).toEqual(['A text', 'A title']);
	});
});
