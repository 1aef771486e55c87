import { itemsOf, until, wait, useWaitingStage } from '../harness/waiting.cts';
import { resetProcessState, runWatchers } from '../../client/process/processState';

/** With n8n's own pauses, since this is about time. */
describe('A server that does not answer', () => {
	const use = useWaitingStage();
	const { asked, started } = use;
	/** For a busy machine. */
	const SLACK_MS = 4_000;
	const LIMIT = { timeLimit: 0.05, onTimeLimit: 'fail' };

	afterEach(() => {
		expect(runWatchers.size).toBe(0);
		resetProcessState();
	});

	const timed = async (items: number, options: object) => {
		const runs = Array.from({ length: items }, () => started());
		const began = Date.now();
		const waiting = use.stage.run(wait({ ...LIMIT, ...options }), { items: itemsOf(...runs) });
		return { runs, waiting, took: async () => (await waiting, Date.now() - began) };
	};

	test.each([1, 3])('is waited for within the time limit by %d runs', async (items) => {
		use.stage.emulator.faults.add({ path: /./, kind: { delayMs: 60_000 }, times: 100 });
		const { took, waiting } = await timed(items, {});
		expect(await took()).toBeLessThan(3_000 + 5_000 + SLACK_MS);
		const { error } = await waiting;
		expect(error?.message).toContain('lost sight of');
		expect(error?.message).toContain('it did not answer in time');
	});

	test('does not keep a run that was just seen from being returned at its time limit', async () => {
		const { took, waiting, runs } = await timed(2, { onTimeLimit: 'return' });
		await until(() => asked('GET', /\/runs\?/).some(({ status }) => status === 200));
		use.stage.emulator.faults.add({ path: /./, kind: { delayMs: 60_000 }, times: 100 });
		expect(await took()).toBeLessThan(3_000 + 5_000 + SLACK_MS);
		const { items } = await waiting;
		expect(items.map(({ json }) => json)).toMatchObject(
			runs.map((id) => ({ id, status: 'RUNNING' })),
		);
	});
});
