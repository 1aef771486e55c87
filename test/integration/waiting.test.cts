import type { INodeExecutionData, INodeParameters, sleep } from 'n8n-workflow';

import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import { crashingAgent, failingAgent, greetingAgent } from '../platform/agents';

// Pauses pass a good deal faster here; nothing else of n8n is touched.
jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<{ sleep: typeof sleep }>('n8n-workflow');
	const hasty: typeof sleep = async (ms, signal) => await actual.sleep(ms / 10, signal);
	return { ...actual, sleep: hasty };
});

const CONTINUE = { settings: { onError: 'continueRegularOutput' } } as const;
/** Minutes; short enough for a test. */
const MOMENT = 0.002;

describe('Waiting for runs', () => {
	let stage: Stage;
	/** Its runs move only as a test says. */
	let agentId: string;

	beforeAll(async () => {
		// Without these headers, which have the node spread its requests over minutes.
		stage = await setStage({ mode: { rateLimitHeaders: false } });
		({ agentId } = stage.account.createAgent(greetingAgent, { manual: true }));
	});

	beforeEach(() => {
		stage.platform.faults.clear();
		stage.platform.requests.length = 0;
	});

	afterAll(async () => {
		expect(stage.platform.contractViolations).toEqual([]);
		await stage.platform.close();
	});

	const wait = (options: INodeParameters = {}): INodeParameters => ({
		resource: 'run',
		operation: 'wait',
		runId: { __rl: true, mode: 'id', value: '={{ $json.run }}' },
		options,
	});
	const started = (status: 'RUNNING' | 'QUEUED' = 'RUNNING', name = 'Ada') => {
		const run = stage.account.startRun(agentId, { name });
		if (status === 'RUNNING') stage.account.setRunStatus(run, status);
		return run;
	};
	const finish = (run: string, greeting = 'Hello!') =>
		stage.account.finishRun(run, 'COMPLETED', { greeting: [greeting] });
	const itemsOf = (...runs: string[]): INodeExecutionData[] =>
		runs.map((run) => ({ json: { run } }));
	const asked = (method: string, path: RegExp) =>
		stage.platform.requests.filter((one) => one.method === method && path.test(one.path));

	describe('when the time limit is over', () => {
		test('fails the item, names the run and leaves it alone', async () => {
			const run = started();
			const { error } = await stage.run(wait({ timeLimit: MOMENT }), { items: itemsOf(run) });
			expect(error?.message).toBe(`Run '${run}' was not finished in time: it is RUNNING`);
			expect(error?.description).toContain('Run > Wait');
			expect(stage.account.run(run).status).toBe('RUNNING');
		});

		test('puts out the run as it is', async () => {
			const run = started();
			const options = { timeLimit: MOMENT, onTimeLimit: 'return' };
			const { items } = await stage.run(wait(options), { items: itemsOf(run) });
			expect(items[0]?.json).toMatchObject({ id: run, status: 'RUNNING' });
		});

		test('stops the run', async () => {
			const run = started();
			const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
			const { error } = await stage.run(wait(options), { items: itemsOf(run) });
			expect(error?.message).toContain('was not finished in time and was stopped');
			expect(stage.account.run(run).status).toBe('TERMINATED');
		});

		test.each(['N', 'O3'] as const)(
			'puts out the result of a run that finished before the stop reached it (%s)',
			async (version) => {
				stage.platform.mode.version = version;
				const run = started();
				stage.platform.faults.add({ path: /\/stop$/, kind: { delayMs: 150 } });
				const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
				const waiting = stage.run(wait(options), { items: itemsOf(run) });
				while (asked('POST', /\/stop$/).length === 0) {
					await new Promise((resume) => setTimeout(resume, 5));
				}
				finish(run);
				const { items, error } = await waiting;
				stage.platform.mode.version = 'N';
				expect(error).toBeUndefined();
				expect(items[0]?.json).toMatchObject({ id: run, outputs: { greeting: 'Hello!' } });
			},
		);

		test('puts out the result of a run that finished although it was told to stop', async () => {
			stage.platform.mode.stopTakesMs = 60_000;
			const run = started();
			const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
			const waiting = stage.run(wait(options), { items: itemsOf(run) });
			while (!stage.platform.requests.some((one) => one.status === 202)) {
				await new Promise((resume) => setTimeout(resume, 5));
			}
			finish(run);
			const { items } = await waiting;
			stage.platform.mode.stopTakesMs = 20;
			expect(items[0]?.json).toMatchObject({ id: run, status: 'COMPLETED' });
		});
	});

	describe('when a run asks for a review', () => {
		const parked = () => {
			const run = started();
			stage.account.requestReview(run, { payload: 'Is this fine?' });
			return run;
		};

		test('puts out the run with its reviews', async () => {
			const run = parked();
			const { items } = await stage.run(wait(), { items: itemsOf(run) });
			expect(items[0]?.json).toMatchObject({
				id: run,
				status: 'REVIEW',
				reviews: [{ payload: 'Is this fine?' }],
			});
		});

		test('waits for the answer', async () => {
			const run = parked();
			setTimeout(() => finish(run), 200);
			const { items } = await stage.run(wait({ onReview: 'wait' }), { items: itemsOf(run) });
			expect(items[0]?.json).toMatchObject({ id: run, status: 'COMPLETED' });
		});

		test('stops the run', async () => {
			const run = parked();
			const { error } = await stage.run(wait({ onReview: 'stop' }), { items: itemsOf(run) });
			expect(error?.message).toContain('asked for a review and was stopped');
			expect(stage.account.run(run).status).toBe('TERMINATED');
		});
	});

	describe('Fail On', () => {
		const cases: Array<[string, () => string, string, RegExp]> = [
			['failed', () => stage.account.createAgent(crashingAgent).agentId, 'failed', /failed/],
			[
				'completed with failed blocks',
				() => stage.account.createAgent(failingAgent).agentId,
				'failedBlocks',
				/completed with failed blocks/,
			],
			[
				'completed without an output',
				() => stage.account.createAgent(failingAgent).agentId,
				'missingOutputs',
				/completed without: result/,
			],
		];

		test.each(cases)('%s', async (_, agent, failOn, message) => {
			const id = agent();
			const failed = await stage.run(runAndWait(id, {}, { failOn: [failOn] }));
			expect(failed.error?.message).toMatch(message);
			const { items, error } = await stage.run(runAndWait(id, {}, { failOn: [] }));
			expect(error).toBeUndefined();
			expect(items).toHaveLength(1);
		});

		test('stopped', async () => {
			const run = started();
			stage.account.finishRun(run, 'TERMINATED');
			const failed = await stage.run(wait(), { items: itemsOf(run) });
			expect(failed.error?.message).toBe(`Run '${run}' was stopped`);
			const { items } = await stage.run(wait({ failOn: ['failed'] }), { items: itemsOf(run) });
			expect(items[0]?.json).toMatchObject({ status: 'TERMINATED', outcome: 'stopped' });
		});

		test('ends the waiting for the other runs, and names them', async () => {
			const [failing, going] = [started(), started()];
			stage.account.finishRun(failing, 'FAILED');
			const { error } = await stage.run(wait(), { items: itemsOf(going, failing) });
			expect(error?.message).toBe(`Run '${failing}' failed`);
			expect(error?.description).toContain(going);
		});

		test('leaves no run alone that is to be stopped in time', async () => {
			const [failing, going] = [started(), started()];
			stage.account.finishRun(failing, 'FAILED');
			const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
			await stage.run(wait(options), { items: itemsOf(going, failing) });
			expect(stage.account.run(going).status).toBe('TERMINATED');
		});
	});

	describe('Stop in n8n', () => {
		test('ends the waiting at once and leaves the runs alone', async () => {
			const run = started();
			const begun = Date.now();
			await stage.run(wait(), { items: itemsOf(run, started()), cancelAfterMs: 300 });
			expect(Date.now() - begun).toBeLessThan(1_000);
			const count = stage.platform.requests.length;
			await new Promise((resume) => setTimeout(resume, 300));
			expect(stage.platform.requests).toHaveLength(count);
			expect(stage.account.run(run).status).toBe('RUNNING');
		});

		test('also stops the runs for items that ask for it', async () => {
			const runs = [started(), started()];
			await stage.run(wait({ stopRunsOnCancel: '={{ $itemIndex === 0 }}' }), {
				items: itemsOf(...runs),
				cancelAfterMs: 300,
			});
			await new Promise((resume) => setTimeout(resume, 400));
			expect(runs.map((run) => stage.account.run(run).status)).toEqual(['TERMINATED', 'RUNNING']);
		});
	});

	describe('Stop in n8n while runs are being started', () => {
		const names = ['Ada', 'Bo', 'Cy', 'Di'].map((name) => ({ json: { name } }));
		const startThem = async (options: INodeParameters) => {
			stage.platform.mode.startTakesMs = 600;
			await stage.run(
				runAndWait(agentId, '={{ { "name": $json.name } }}', { startsAtOnce: 1, ...options }),
				{ items: names, cancelAfterMs: 1_000, ...CONTINUE },
			);
			await new Promise((resume) => setTimeout(resume, 1_000));
			stage.platform.mode.startTakesMs = 0;
			return asked('POST', /\/library\/agents\/[\w-]+\/runs$/).length;
		};
		test('starts no further run', async () => {
			expect(await startThem({})).toBe(2);
		});

		test('also stops those started where items ask for it, each once', async () => {
			const before = new Set(stage.account.runs().map(({ id }) => id));
			expect(await startThem({ stopRunsOnCancel: true })).toBe(2);
			const stops = asked('POST', /\/stop$/);
			expect(stops.map(({ status }) => status)).toEqual([202]);
			const begun = stage.account.runs().filter(({ id }) => !before.has(id));
			const stopped = begun.filter(({ status }) => status === 'TERMINATED');
			expect(stops[0]?.path).toContain(stopped[0]?.id);
		});
	});

	test('an option that cannot be read fails its item alone, before anything is started', async () => {
		const bad = "={{ $json.name === 'Bo' ? $('Nowhere').item.json.more : 5 }}";
		const items = ['Ada', 'Bo'].map((name) => ({ json: { name, run: started() } }));
		for (const { json } of items) finish(json.run);
		const waited = await stage.run(wait({ timeLimit: bad }), { items, ...CONTINUE });
		expect(waited.items[0]?.json).toMatchObject({ outputs: { greeting: 'Hello!' } });
		expect(failureOf(waited.items[1]).message).not.toBe('');
		stage.platform.requests.length = 0;
		const { error } = await stage.run(
			runAndWait(agentId, '={{ { "name": $json.name } }}', { timeLimit: bad }),
			{ items },
		);
		expect(error?.context?.itemIndex).toBe(1);
		expect(asked('POST', /./)).toEqual([]);
	});

	describe('when AutoGPT is out of reach', () => {
		const goDown = () => {
			stage.platform.faults.add({ path: /./, kind: { status: 503 }, times: 1_000 });
		};

		test('what was finished keeps its result, and the others name their runs', async () => {
			const [done, one, two] = [started(), started(), started()];
			const waiting = stage.run(wait(), { items: itemsOf(one, done, two), ...CONTINUE });
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

		test('Retry On Fail waits on for the same run', async () => {
			const { agentId: quick } = stage.account.createAgent(greetingAgent);
			const before = stage.account.runs().length;
			const GET_RUN = { method: 'GET', path: /\/runs\/[\w-]+$/ };
			stage.platform.faults.add({ ...GET_RUN, kind: { status: 503 }, times: 5 });
			const { items, error } = await stage.run(runAndWait(quick, { name: 'Ada' }), {
				settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
			});
			expect(error).toBeUndefined();
			expect(items[0]?.json).toMatchObject({ outputs: { greeting: 'Hello, Ada!' } });
			expect(stage.account.runs()).toHaveLength(before + 1);
		});

		test('a stop that does not go through names the run', async () => {
			const run = started();
			stage.platform.faults.add({ path: /\/stop$/, kind: { status: 403 } });
			const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
			const { error } = await stage.run(wait(options), { items: itemsOf(run) });
			expect(error?.message).toContain(`Run '${run}' is RUNNING`);
			expect(error?.description).toContain('Run > Wait');
		});
	});

	test('a run that is deleted meanwhile is named, with what to do', async () => {
		const run = started();
		setTimeout(() => (stage.account.run(run).deleted = true), 100);
		const { error } = await stage.run(wait(), { items: itemsOf(run) });
		expect(error?.message).toBe(`Run '${run}' was not found`);
		expect(error?.description).toContain('cannot be waited for');
	});

	test('two items with the same run each keep to their own options', async () => {
		const run = started();
		setTimeout(() => stage.account.finishRun(run, 'FAILED'), 600);
		const options = {
			timeLimit: '={{ $json.minutes }}',
			onTimeLimit: 'return',
			failOn: '={{ $json.failOn }}',
		};
		const { items } = await stage.run(wait(options), {
			items: [
				{ json: { run, minutes: MOMENT, failOn: ['failed'] } },
				{ json: { run, minutes: 5, failOn: ['failed'] } },
				{ json: { run, minutes: 5, failOn: [] } },
			],
			...CONTINUE,
		});
		expect(items[0]?.json).toMatchObject({ id: run, status: 'RUNNING' });
		expect(failureOf(items[1]).message).toBe(`Run '${run}' failed`);
		expect(items[2]?.json).toMatchObject({ id: run, status: 'FAILED' });
		expect(asked('GET', new RegExp(`${run}$`)).length).toBeGreaterThan(1);
	});

	test('a hundred runs keep their order and links, at one request per tick', async () => {
		const runs = Array.from({ length: 100 }, (_, index) => started('QUEUED', `N${index}`));
		const waiting = stage.run(wait({ longestInterval: 1 }), { items: itemsOf(...runs) });
		await new Promise((resume) => setTimeout(resume, 800));
		const ticks = asked('GET', /\/runs\?/).length;
		expect(ticks).toBeGreaterThanOrEqual(3);
		expect(asked('GET', /\/runs\/[\w-]+$/)).toEqual([]);
		[...runs].reverse().forEach((run, index) => finish(run, `Hello, ${99 - index}!`));
		const { items } = await waiting;
		expect(items.map(({ json }) => json.id)).toEqual(runs);
		expect(items.map(({ json }) => (json.outputs as { greeting: string }).greeting)).toEqual(
			runs.map((_, index) => `Hello, ${index}!`),
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(runs.map((_, item) => ({ item })));
		expect(asked('GET', /\/runs\/[\w-]+$/)).toHaveLength(100);
		const graphs = asked('GET', /library-agent/).length;
		expect(graphs).toBeLessThanOrEqual(1);
	});

	test('two hundred and fifty open runs cost three requests per tick', async () => {
		const mine = Array.from({ length: 250 }, () => started('QUEUED'));
		const others = stage.account.runs().filter(({ id }) => !mine.includes(id));
		for (const { id, endedAt } of others) if (!endedAt) finish(id);
		const waiting = stage.run(wait({ timeLimit: 0.02, onTimeLimit: 'fail' }), {
			items: itemsOf(...mine),
			...CONTINUE,
		});
		await new Promise((resume) => setTimeout(resume, 500));
		const lists = asked('GET', /\/runs\?/);
		const ticks = lists.filter(({ path }) => !/cursor=/.test(path)).length;
		mine.forEach((run) => finish(run));
		await waiting;
		expect(ticks).toBeGreaterThan(0);
		expect(lists.length).toBeGreaterThan(3 * (ticks - 1));
		expect(lists.length).toBeLessThanOrEqual(3 * ticks);
	});

	test('reads runs that end while others are still being started, each once', async () => {
		const quick = stage.account.createAgent(greetingAgent).agentId;
		const names = ['Ada', 'Bo', 'Cy', 'Di', 'Ed', 'Flo'];
		stage.platform.mode.startTakesMs = 300;
		const { items, error } = await stage.run(
			runAndWait(quick, '={{ { "name": $json.name } }}', { startsAtOnce: 1 }),
			{ items: names.map((name) => ({ json: { name } })) },
		);
		stage.platform.mode.startTakesMs = 0;
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.outputs)).toEqual(
			names.map((name) => ({ greeting: `Hello, ${name}!` })),
		);
		const kinds = stage.platform.requests
			.map(({ method, path }) =>
				method === 'POST' ? 'start' : /\/runs\/[\w-]+$/.exec(path) && 'read',
			)
			.filter(Boolean);
		expect(kinds.filter((kind) => kind === 'read')).toHaveLength(names.length);
		expect(kinds.indexOf('read')).toBeLessThan(kinds.lastIndexOf('start'));
	});
});
