import { crashingAgent, failingAgent } from '../emulator/agents';
import { runAndWait } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { itemsOf, wait, useWaitingStage } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

describe('What the end of a run means for its item', () => {
	const use = useWaitingStage();
	const { finish, started } = use;

	describe('when a run asks for a review', () => {
		const parked = () => {
			const run = started();
			use.stage.account.requestReview(run, { payload: 'Is this fine?' });
			return run;
		};

		test('returns the run with its reviews', async () => {
			const run = parked();
			const { items } = await use.stage.run(wait(), { items: itemsOf(run) });
			expect(items[0]?.json).toMatchObject({
				id: run,
				status: 'REVIEW',
				reviews: [{ payload: 'Is this fine?' }],
			});
		});

		test('waits for the answer', async () => {
			const run = parked();
			setTimeout(() => finish(run), 200);
			const { items } = await use.stage.run(wait({ onReview: 'wait' }), { items: itemsOf(run) });
			expect(items[0]?.json).toMatchObject({ id: run, status: 'COMPLETED' });
		});

		test('stops the run', async () => {
			const run = parked();
			const { error } = await use.stage.run(wait({ onReview: 'stop' }), { items: itemsOf(run) });
			expect(error?.message).toContain('asked for a review and was stopped');
			expect(use.stage.account.run(run).status).toBe('TERMINATED');
		});
	});

	describe('Fail On', () => {
		const cases: Array<[string, () => string, string, RegExp]> = [
			['failed', () => use.stage.account.createAgent(crashingAgent).agentId, 'failed', /failed/],
			[
				'completed with failed blocks',
				() => use.stage.account.createAgent(failingAgent).agentId,
				'failedBlocks',
				/completed with failed blocks/,
			],
			[
				'completed without an output',
				() => use.stage.account.createAgent(failingAgent).agentId,
				'missingOutputs',
				/completed without: result/,
			],
		];

		test.each(cases)('%s', async (_, agent, failOn, message) => {
			const id = agent();
			const failed = await use.stage.run(runAndWait(id, {}, { failOn: [failOn] }));
			expect(failed.error?.message).toMatch(message);
			const { items, error } = await use.stage.run(runAndWait(id, {}, { failOn: [] }));
			expect(error).toBeUndefined();
			expect(items).toHaveLength(1);
		});

		test('stopped', async () => {
			const run = started();
			use.stage.account.finishRun(run, 'TERMINATED');
			const failed = await use.stage.run(wait(), { items: itemsOf(run) });
			expect(failed.error?.message).toBe("Run of 'Greeting agent' was stopped");
			const { items } = await use.stage.run(wait({ failOn: ['failed'] }), { items: itemsOf(run) });
			expect(items[0]?.json).toMatchObject({ status: 'TERMINATED', outcome: 'stopped' });
		});

		test('ends the waiting for the other runs, and names them', async () => {
			const [failing, going] = [started(), started()];
			use.stage.account.finishRun(failing, 'FAILED');
			const { error } = await use.stage.run(wait(), { items: itemsOf(going, failing) });
			expect(error?.message).toBe("Run of 'Greeting agent' failed");
			expect(error?.description).toContain(going);
		});

		test('leaves no run alone that is to be stopped in time', async () => {
			const [failing, going] = [started(), started()];
			use.stage.account.finishRun(failing, 'FAILED');
			// Long enough that the failure is seen before.
			const options = { timeLimit: 0.05, onTimeLimit: 'stop' };
			await use.stage.run(wait(options), { items: itemsOf(going, failing) });
			expect(use.stage.account.run(going).status).toBe('TERMINATED');
		});
	});

	test('a run that is deleted meanwhile is named, with what to do', async () => {
		const run = started();
		setTimeout(() => (use.stage.account.run(run).deleted = true), 100);
		const { error } = await use.stage.run(wait(), { items: itemsOf(run) });
		expect(error?.message).toBe(`Run '${run}' was not found`);
		expect(error?.description).toContain('cannot be waited for');
	});
});
