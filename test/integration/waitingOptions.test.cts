import type { INodeParameters } from 'n8n-workflow';

import { greetingAgent } from '../emulator/agents';
import { failureOf, runAndWait } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { CONTINUE, itemsOf, MOMENT, until, wait, useWaitingStage } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

describe('Options of a wait', () => {
	const use = useWaitingStage();
	const { asked, finish, started } = use;

	describe('One Item per Output Value', () => {
		const each = { output: 'itemPerValue' };

		test('returns a run that asks for a review, with its reviews', async () => {
			const run = started();
			use.stage.account.requestReview(run, { payload: 'Is this fine?' });
			const { items } = await use.stage.run(wait(each), { items: itemsOf(run) });
			expect(items).toHaveLength(1);
			expect(items[0]?.json).toMatchObject({
				id: run,
				status: 'REVIEW',
				reviews: [{ payload: 'Is this fine?' }],
			});
		});

		test('returns a run that is not finished', async () => {
			const open = started();
			const options = { ...each, timeLimit: MOMENT, onTimeLimit: 'return' };
			const { items } = await use.stage.run(wait(options), { items: itemsOf(open) });
			expect(items.map(({ json }) => [json.id, json.status])).toEqual([[open, 'RUNNING']]);
		});
	});

	describe('an option that an expression returns', () => {
		const names = ['Ada', 'Bo'].map((name) => ({ json: { name } }));
		const run = async (options: INodeParameters) =>
			await use.stage.run(runAndWait(quick(), '={{ { "name": $json.name } }}', options), {
				items: names,
				...CONTINUE,
			});
		const quick = () => use.stage.account.createAgent(greetingAgent).agentId;

		test('fails the first item alone where it cannot be read', async () => {
			const startsAtOnce = "={{ $json.name === 'Ada' ? $('Nowhere').item.json.more : 5 }}";
			const { items } = await run({ startsAtOnce });
			expect(failureOf(items[0]).message).not.toBe('');
			expect(items[1]?.json).toMatchObject({ outputs: { greeting: 'Hello, Bo!' } });
		});

		test.each<[INodeParameters, string]>([
			[{ startsAtOnce: '={{ "many" }}' }, "'Concurrent Starts' is not a number from 0 on"],
			[{ timeLimit: '={{ "soon" }}' }, "'Time Limit (Minutes)' is not a number from 0 on"],
			[{ onTimeLimit: '={{ "halt" }}' }, "'On Time Limit'"],
			[{ onReview: '={{ "never" }}' }, "'On Review'"],
			[{ failOn: '={{ "everything" }}' }, "'Fail On'"],
			[{ stopRunsOnCancel: '={{ "perhaps" }}' }, "'Stop Runs on Cancel'"],
		])('names what is wrong with %j, and starts nothing', async (options, message) => {
			const { items } = await run(options);
			for (const item of items) expect(failureOf(item).message).toContain(message);
			expect(items).toHaveLength(2);
			expect(asked('POST', /\/runs$/)).toEqual([]);
		});

		test('has its default where it gives nothing', async () => {
			const { items } = await run({ startsAtOnce: '={{ "" }}', timeLimit: '={{ null }}' });
			expect(items.map(({ json }) => json.status)).toEqual(['COMPLETED', 'COMPLETED']);
		});
	});

	test('an option that cannot be read fails its item alone, before anything is started', async () => {
		const bad = "={{ $json.name === 'Bo' ? $('Nowhere').item.json.more : 5 }}";
		const items = ['Ada', 'Bo'].map((name) => ({ json: { name, run: started() } }));
		for (const { json } of items) finish(json.run);
		const waited = await use.stage.run(wait({ timeLimit: bad }), { items, ...CONTINUE });
		expect(waited.items[0]?.json).toMatchObject({ outputs: { greeting: 'Hello!' } });
		expect(failureOf(waited.items[1]).message).not.toBe('');
		use.stage.emulator.requests.length = 0;
		const { error } = await use.stage.run(
			runAndWait(use.agentId, '={{ { "name": $json.name } }}', { timeLimit: bad }),
			{ items },
		);
		expect(error?.context?.itemIndex).toBe(1);
		expect(asked('POST', /./)).toEqual([]);
	});

	test('two items with the same run each keep to their own options', async () => {
		const run = started();
		const options = {
			timeLimit: '={{ $json.minutes }}',
			onTimeLimit: 'return',
			failOn: '={{ $json.failOn }}',
		};
		const waiting = use.stage.run(wait(options), {
			items: [
				{ json: { run, minutes: MOMENT, failOn: ['failed'] } },
				{ json: { run, minutes: 5, failOn: ['failed'] } },
				{ json: { run, minutes: 5, failOn: [] } },
			],
			...CONTINUE,
		});
		// The first item's time is over before anyone looks: its last look is the first of all.
		await until(() => asked('GET', new RegExp(`${run}$`)).some(({ status }) => status === 200));
		use.stage.account.finishRun(run, 'FAILED');
		const { items } = await waiting;
		expect(items[0]?.json).toMatchObject({ id: run, status: 'RUNNING' });
		expect(failureOf(items[1]).message).toBe("Run of 'Greeting agent' failed");
		expect(items[2]?.json).toMatchObject({ id: run, status: 'FAILED' });
		expect(asked('GET', new RegExp(`${run}$`)).length).toBeGreaterThan(1);
	});
});
