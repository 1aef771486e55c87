import { greetingAgent } from '../emulator/agents';
import { failureOf, runAndWait } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { CONTINUE, itemsOf, MOMENT, until, wait, useWaitingStage } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

describe('Waiting while AutoGPT is out of reach', () => {
	const use = useWaitingStage();
	const { asked, finish, started } = use;

	describe('when AutoGPT is out of reach', () => {
		const goDown = () => {
			use.stage.emulator.faults.add({ path: /./, kind: { status: 503 }, times: 1_000 });
		};

		test('what was finished keeps its result, and the others name their runs', async () => {
			const [done, one, two] = [started(), started(), started()];
			const options = { timeLimit: 0.04 };
			const all = { items: itemsOf(one, done, two), ...CONTINUE };
			const waiting = use.stage.run(wait(options), all);
			finish(done, 'Kept');
			const isRead = () => asked('GET', new RegExp(`${done}$`)).some((read) => read.status === 200);
			while (!isRead()) await new Promise((resume) => setTimeout(resume, 5));
			goDown();
			const { items } = await waiting;
			expect(items[1]?.json).toMatchObject({ id: done, outputs: { greeting: 'Kept' } });
			for (const [index, run] of [
				[0, one],
				[2, two],
			] as const) {
				const { message, description, status } = failureOf(items[index]);
				expect(message).toContain(`Run '${run}' was lost sight of`);
				expect(description).toContain('Run > Wait');
				expect(status).toBe(503);
			}
		});

		test.each([1, 2])('waits on for %d runs until it is back', async (count) => {
			const runs = Array.from({ length: count }, () => started());
			const waiting = use.stage.run(wait(), { items: itemsOf(...runs) });
			await until(() => use.stage.emulator.requests.length > 0);
			goDown();
			const down = use.stage.emulator.requests.length;
			// More than the five tries of one request.
			await until(() => use.stage.emulator.requests.length > down + 8);
			for (const run of runs) finish(run);
			use.stage.emulator.faults.clear();
			const { items, error } = await waiting;
			expect(error).toBeUndefined();
			expect(items.map(({ json }) => json.id)).toEqual(runs);
		});

		test('Retry On Fail waits on for the same run', async () => {
			const { agentId: quick } = use.stage.account.createAgent(greetingAgent);
			const before = use.stage.account.runs().length;
			const GET_RUN = { method: 'GET', path: /\/runs\/[\w-]+$/ };
			use.stage.emulator.faults.add({ ...GET_RUN, kind: { status: 403 }, times: 1 });
			const { items, error } = await use.stage.run(runAndWait(quick, { name: 'Ada' }), {
				settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
			});
			expect(error).toBeUndefined();
			expect(items[0]?.json).toMatchObject({ outputs: { greeting: 'Hello, Ada!' } });
			expect(use.stage.account.runs()).toHaveLength(before + 1);
		});

		test.each([
			[502, false],
			[500, true],
		])('a stop that was answered with %d (done: %p) is looked after', async (status, isDone) => {
			const run = started();
			const kind = isDone ? { handledStatus: status } : { status };
			use.stage.emulator.faults.add({ path: /\/stop$/, kind });
			const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
			const { error } = await use.stage.run(wait(options), { items: itemsOf(run) });
			expect(error?.message).toContain('was stopped');
			expect(use.stage.account.run(run).status).toBe('TERMINATED');
			expect(asked('POST', /\/stop$/)).toHaveLength(isDone ? 1 : 2);
		});

		test('a stop that does not go through names the run', async () => {
			const run = started();
			use.stage.emulator.faults.add({ path: /\/stop$/, kind: { status: 403 } });
			const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
			const { error } = await use.stage.run(wait(options), { items: itemsOf(run) });
			expect(error?.message).toContain(
				"Run of 'Greeting agent' was not finished in time, and was not stopped",
			);
			expect(error?.description).toContain(`Run > Stop and the ID '${run}'`);
			expect(error?.description).toContain('Run > Wait');
		});
	});
});
