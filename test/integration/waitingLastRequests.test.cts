import { failureOf, runAndWait } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { CONTINUE, itemsOf, MOMENT, wait, useWaitingStage } from '../harness/waiting.cts';
import { resetProcessState, runWatchers } from '../../client/process/processState';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

/** Time limits of requests are a twentieth here; short ones are not, for a busy machine. */
const FASTER = 20;
const SHORT_MS = 3_000;
const SLACK_MS = 4_000;
/** What follows a time limit when AutoGPT is silent: a last look, the agent, names and reviews. */
const SOON_MS = 3_000 + 2_000 + 5_000 / FASTER + SLACK_MS;
/** The same with a stop, and the wait for its effect. */
const STOP_MS = SOON_MS + 90_000 / FASTER + 10_000;

const SILENCE = { kind: { delayMs: 60_000 }, times: 1_000 } as const;

describe('What follows a time limit ends, too', () => {
	const use = useWaitingStage();
	const { asked, started } = use;

	beforeAll(() => {
		const real = AbortSignal.timeout.bind(AbortSignal);
		jest
			.spyOn(AbortSignal, 'timeout')
			.mockImplementation((ms) => real(ms > SHORT_MS ? Math.ceil(ms / FASTER) : ms));
	});

	afterEach(() => {
		expect(runWatchers.size).toBe(0);
		resetProcessState();
	});

	afterAll(() => jest.restoreAllMocks());

	const silence = (path: RegExp, method?: string) =>
		use.stage.emulator.faults.add({ path, method, ...SILENCE });

	/** A run that goes on although one of its blocks failed. */
	const startedWithFailure = () => {
		const run = started();
		const record = use.stage.account.run(run);
		const times = { startedAt: new Date(), endedAt: new Date() };
		record.nodeExecutions.push({
			...{ id: 'e1', nodeId: 'n1', status: 'FAILED', inputs: {}, outputs: { error: ['No key'] } },
			...times,
		});
		return run;
	};

	const timed = async (options: object, ...runs: string[]) => {
		const began = Date.now();
		const all = { items: itemsOf(...runs), ...CONTINUE };
		const result = await use.stage.run(wait({ timeLimit: MOMENT, ...options }), all);
		return { ...result, tookMs: Date.now() - began };
	};

	describe('where the blocks of a graph are not told', () => {
		test.each(['fail', 'return'])(
			'a run is returned without their names (%s)',
			async (onTimeLimit) => {
				const runs = Array.from({ length: 12 }, startedWithFailure);
				silence(/\/graphs\//);
				const { items, tookMs } = await timed({ onTimeLimit }, ...runs);
				expect(tookMs).toBeLessThan(SOON_MS);
				for (const { json } of items) {
					const run = onTimeLimit === 'fail' ? failureOf({ json }).run : json;
					expect(run?.failed_blocks).toEqual([
						{ node_id: 'n1', block_name: null, message: 'No key' },
					]);
				}
			},
		);

		test('a run that failed in time is not held beyond its time limit', async () => {
			const run = startedWithFailure();
			use.stage.account.finishRun(run, 'FAILED');
			silence(/\/graphs\//);
			const { items, tookMs } = await timed({ timeLimit: 0.01 }, run);
			expect(tookMs).toBeLessThan(SOON_MS);
			expect(failureOf(items[0]).description).toContain('No key');
		});
	});

	describe('where reviews are not told', () => {
		const asking = () => {
			const run = started();
			use.stage.account.requestReview(run, { payload: 'Is this fine?' });
			return run;
		};

		test('an unfinished run is returned without them', async () => {
			const run = asking();
			silence(/\/reviews/);
			const options = { onReview: 'wait', onTimeLimit: 'return' };
			const { items, tookMs } = await timed(options, run);
			expect(tookMs).toBeLessThan(SOON_MS);
			expect(items[0]?.json).toMatchObject({ id: run, status: 'REVIEW' });
			expect(items[0]?.json).not.toHaveProperty('reviews');
		});

		test('a run that is to be returned with them fails, and is named', async () => {
			const run = asking();
			silence(/\/reviews/);
			const { items, tookMs } = await timed({ timeLimit: 0.01, onReview: 'return' }, run);
			expect(tookMs).toBeLessThan(SOON_MS);
			const { message, description } = failureOf(items[0]);
			expect(message).toContain('is REVIEW');
			expect(message).toContain('it did not answer in time');
			expect(description).toContain(`Run > Wait and the ID '${run}'`);
		});
	});

	describe('where the run is to be stopped', () => {
		const options = { onTimeLimit: 'stop' };

		test('a stop that is not answered is given up, and the item says so', async () => {
			const run = started();
			silence(/\/stop$/);
			const { items, tookMs } = await timed(options, run);
			expect(tookMs).toBeLessThan(STOP_MS);
			// It does no harm twice.
			expect(asked('POST', /\/stop$/).length).toBeGreaterThan(1);
			const { message, description } = failureOf(items[0]);
			expect(message).toContain('was not finished in time, and may not have been stopped');
			expect(message).toContain('it did not answer in time');
			expect(description).toContain(`Run > Stop and the ID '${run}'`);
		});

		test('it is stopped although it cannot be read', async () => {
			const runs = [started(), started()];
			silence(/./, 'GET');
			const { items, tookMs } = await timed(options, ...runs);
			expect(tookMs).toBeLessThan(SOON_MS);
			for (const run of runs) expect(use.stage.account.run(run).status).toBe('TERMINATED');
			for (const item of items) {
				const { message, run } = failureOf(item);
				expect(message).toContain('was not finished in time and was stopped');
				expect(run).toMatchObject({ status: 'TERMINATED' });
			}
		});

		test('a stop that is answered by a lost connection is looked after by a second one', async () => {
			const run = started();
			silence(/./, 'GET');
			use.stage.emulator.faults.add({ path: /\/stop$/, kind: { before: 'drop' } });
			const { items } = await timed(options, run);
			expect(use.stage.account.run(run).status).toBe('TERMINATED');
			expect(failureOf(items[0]).message).toContain('was stopped');
		});

		test('one that nobody can see, or that is gone, is not stopped', async () => {
			const run = started();
			use.stage.account.run(run).deleted = true;
			const { items } = await timed(options, run);
			expect(failureOf(items[0]).message).toBe(`Run '${run}' was not found`);
			expect(asked('POST', /\/stop$/)).toEqual([]);
		});

		test('it is stopped while others are being started, although it cannot be read', async () => {
			use.stage.emulator.mode.startTakesMs = 2_000;
			silence(/\/runs\/[\w-]+$/, 'GET');
			const parameters = runAndWait(use.agentId, '={{ { "name": $json.name } }}', {
				...{ timeLimit: MOMENT, startsAtOnce: 1, ...options },
			});
			const items = ['Ada', 'Bob', 'Cy', 'Di', 'Ed'].map((name) => ({ json: { name } }));
			const result = await use.stage.run(parameters, { items, ...CONTINUE });
			for (const { json } of result.items) {
				expect(failureOf({ json }).message).toContain('was not finished in time and was stopped');
			}
			const [first] = asked('POST', /\/stop$/);
			const lastStart = asked('POST', /\/library\/agents\/[\w-]+\/runs$/).at(-1);
			expect(first?.at.getTime()).toBeLessThan(lastStart?.at.getTime() ?? 0);
		});
	});

	test('Stop in n8n ends it at once', async () => {
		const run = startedWithFailure();
		silence(/\/graphs\//);
		const began = Date.now();
		await use.stage.run(wait({ timeLimit: MOMENT }), {
			items: itemsOf(run),
			cancelWhen: () => asked('GET', /\/graphs\//).length > 0,
		});
		expect(Date.now() - began).toBeLessThan(SOON_MS);
	});
});
