import { failureOf, runAndWait } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { CONTINUE, itemsOf, MOMENT, until, wait, useWaitingStage } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

describe('The time limit of a wait', () => {
	const use = useWaitingStage();
	const { asked, finish, started } = use;

	describe('when the time limit is over', () => {
		test('fails the item, names the run and leaves it alone', async () => {
			const run = started();
			const { error } = await use.stage.run(wait({ timeLimit: MOMENT }), { items: itemsOf(run) });
			expect(error?.message).toBe(
				"Run of 'Greeting agent' was not finished in time: it is RUNNING",
			);
			expect(error?.description).toContain('Run > Wait');
			expect(use.stage.account.run(run).status).toBe('RUNNING');
		});

		test('returns the run as it is', async () => {
			const run = started();
			const options = { timeLimit: MOMENT, onTimeLimit: 'return' };
			const { items } = await use.stage.run(wait(options), { items: itemsOf(run) });
			expect(items[0]?.json).toMatchObject({ id: run, status: 'RUNNING' });
		});

		test('stops the run', async () => {
			const run = started();
			const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
			const { error } = await use.stage.run(wait(options), { items: itemsOf(run) });
			expect(error?.message).toContain('was not finished in time and was stopped');
			expect(use.stage.account.run(run).status).toBe('TERMINATED');
		});

		test('stops the run while others are still being started', async () => {
			use.stage.emulator.mode.startTakesMs = 700;
			const parameters = runAndWait(use.agentId, '={{ { "name": $json.name } }}', {
				...{ timeLimit: MOMENT, onTimeLimit: 'stop', startsAtOnce: 1 },
			});
			const items = ['Ada', 'Bob', 'Cy', 'Di'].map((name) => ({ json: { name } }));
			const result = await use.stage.run(parameters, { items, ...CONTINUE });
			expect(result.items).toHaveLength(4);
			for (const { json } of result.items) {
				expect(failureOf({ json }).message).toContain('was not finished in time and was stopped');
			}
			const stops = asked('POST', /\/stop$/);
			expect(stops).toHaveLength(4);
			const lastStart = asked('POST', /\/library\/agents\/[\w-]+\/runs$/).at(-1);
			expect(stops[0]?.at.getTime()).toBeLessThan(lastStart?.at.getTime() ?? 0);
		});

		test.each(['N', 'O3'] as const)(
			'returns the result of a run that finished before the stop reached it (%s)',
			async (version) => {
				use.stage.emulator.mode.version = version;
				const run = started();
				use.stage.emulator.faults.add({ path: /\/stop$/, kind: { delayMs: 150 } });
				const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
				const waiting = use.stage.run(wait(options), { items: itemsOf(run) });
				while (asked('POST', /\/stop$/).length === 0) {
					await new Promise((resume) => setTimeout(resume, 5));
				}
				finish(run);
				const { items, error } = await waiting;
				expect(error).toBeUndefined();
				expect(items[0]?.json).toMatchObject({ id: run, outputs: { greeting: 'Hello!' } });
			},
		);

		test('returns the result of a run that finished although it was asked to stop', async () => {
			use.stage.emulator.mode.stopTakesMs = 60_000;
			const run = started();
			const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
			const waiting = use.stage.run(wait(options), { items: itemsOf(run) });
			while (!use.stage.emulator.requests.some((one) => one.status === 202)) {
				await new Promise((resume) => setTimeout(resume, 5));
			}
			finish(run);
			const { items } = await waiting;
			expect(items[0]?.json).toMatchObject({ id: run, status: 'COMPLETED' });
		});
	});

	test('stops a run when its own time is over, while others go on', async () => {
		const [short, long] = [started(), started()];
		const options = { timeLimit: '={{ $json.minutes }}', onTimeLimit: 'stop' };
		const waiting = use.stage.run(wait(options), {
			items: [{ json: { run: short, minutes: MOMENT } }, { json: { run: long, minutes: 5 } }],
			...CONTINUE,
		});
		await until(() => use.stage.account.run(short).status === 'TERMINATED');
		expect(use.stage.account.run(long).status).toBe('RUNNING');
		finish(long);
		const { items } = await waiting;
		expect(failureOf(items[0]).message).toContain('was not finished in time and was stopped');
		expect(items[1]?.json).toMatchObject({ id: long, outputs: { greeting: 'Hello!' } });
	});

	test('counts the time limit of a run from its own start', async () => {
		use.stage.emulator.mode.startTakesMs = 1_500;
		const begun = Date.now();
		const options = { startsAtOnce: 1, timeLimit: 0.03, onTimeLimit: 'return' };
		const { items } = await use.stage.run(
			runAndWait(use.agentId, '={{ { "name": $json.name } }}', options),
			{ items: ['Ada', 'Bo', 'Cy'].map((name) => ({ json: { name } })) },
		);
		expect(items.map(({ json }) => json.status)).not.toContain('COMPLETED');
		// Of the last one: 1.8 s after the third start; the first is read before that.
		expect(Date.now() - begun).toBeLessThan(3 * 1_500 + 1_800 + 5_000);
		const reads = asked('GET', new RegExp(`${String(items[0]?.json.id)}$`));
		expect(reads[0]?.at.getTime()).toBeLessThan(begun + 1_500 + 1_800 + 2_500);
	});
});
