import type { INodeExecutionData, INodeParameters, sleep } from 'n8n-workflow';

import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import { crashingAgent, failingAgent, greetingAgent } from '../emulator/agents';

// Pauses pass a good deal faster here; nothing else of n8n is touched.
jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<{ sleep: typeof sleep }>('n8n-workflow');
	const hasty: typeof sleep = async (ms, signal) => await actual.sleep(ms / 10, signal);
	return { ...actual, sleep: hasty };
});

const CONTINUE = { settings: { onError: 'continueRegularOutput' } } as const;
async function until(isSo: () => boolean): Promise<void> {
	while (!isSo()) await new Promise((resume) => setTimeout(resume, 5));
}

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
		stage.emulator.faults.clear();
		stage.emulator.requests.length = 0;
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
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
		stage.emulator.requests.filter((one) => one.method === method && path.test(one.path));

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
				stage.emulator.mode.version = version;
				const run = started();
				stage.emulator.faults.add({ path: /\/stop$/, kind: { delayMs: 150 } });
				const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
				const waiting = stage.run(wait(options), { items: itemsOf(run) });
				while (asked('POST', /\/stop$/).length === 0) {
					await new Promise((resume) => setTimeout(resume, 5));
				}
				finish(run);
				const { items, error } = await waiting;
				stage.emulator.mode.version = 'N';
				expect(error).toBeUndefined();
				expect(items[0]?.json).toMatchObject({ id: run, outputs: { greeting: 'Hello!' } });
			},
		);

		test('puts out the result of a run that finished although it was told to stop', async () => {
			stage.emulator.mode.stopTakesMs = 60_000;
			const run = started();
			const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
			const waiting = stage.run(wait(options), { items: itemsOf(run) });
			while (!stage.emulator.requests.some((one) => one.status === 202)) {
				await new Promise((resume) => setTimeout(resume, 5));
			}
			finish(run);
			const { items } = await waiting;
			stage.emulator.mode.stopTakesMs = 20;
			expect(items[0]?.json).toMatchObject({ id: run, status: 'COMPLETED' });
		});
	});

	test('stops a run when its own time is over, while others go on', async () => {
		const [short, long] = [started(), started()];
		const options = { timeLimit: '={{ $json.minutes }}', onTimeLimit: 'stop' };
		const waiting = stage.run(wait(options), {
			items: [{ json: { run: short, minutes: MOMENT } }, { json: { run: long, minutes: 5 } }],
			...CONTINUE,
		});
		await until(() => stage.account.run(short).status === 'TERMINATED');
		expect(stage.account.run(long).status).toBe('RUNNING');
		finish(long);
		const { items } = await waiting;
		expect(failureOf(items[0]).message).toContain('was not finished in time and was stopped');
		expect(items[1]?.json).toMatchObject({ id: long, outputs: { greeting: 'Hello!' } });
	});

	test('counts the time limit of a run from its own start', async () => {
		stage.emulator.mode.startTakesMs = 700;
		const begun = Date.now();
		const options = { startsAtOnce: 1, timeLimit: 0.03, onTimeLimit: 'return' };
		const { items } = await stage.run(
			runAndWait(agentId, '={{ { "name": $json.name } }}', options),
			{ items: ['Ada', 'Bo', 'Cy'].map((name) => ({ json: { name } })) },
		);
		stage.emulator.mode.startTakesMs = 0;
		expect(items.map(({ json }) => json.status)).not.toContain('COMPLETED');
		// Of the last one: 1.8 s after the third start.
		expect(Date.now() - begun).toBeLessThan(3 * 700 + 1_800 + 1_000);
		const reads = asked('GET', new RegExp(`${String(items[0]?.json.id)}$`));
		expect(reads[0]?.at.getTime()).toBeLessThan(begun + 700 + 1_800 + 1_000);
	});

	describe('One Item per Output Value', () => {
		const each = { output: 'itemPerValue' };

		test('puts out a run that asks for a review, with its reviews', async () => {
			const run = started();
			stage.account.requestReview(run, { payload: 'Is this fine?' });
			const { items } = await stage.run(wait(each), { items: itemsOf(run) });
			expect(items).toHaveLength(1);
			expect(items[0]?.json).toMatchObject({
				id: run,
				status: 'REVIEW',
				reviews: [{ payload: 'Is this fine?' }],
			});
		});

		test('puts out a run that is not finished', async () => {
			const open = started();
			const options = { ...each, timeLimit: MOMENT, onTimeLimit: 'return' };
			const { items } = await stage.run(wait(options), { items: itemsOf(open) });
			expect(items.map(({ json }) => [json.id, json.status])).toEqual([[open, 'RUNNING']]);
		});
	});

	describe('on a server that cannot filter by status', () => {
		test('notices the ends of several runs', async () => {
			stage.emulator.mode.runFilters = false;
			const runs = [started(), started(), started()];
			const waiting = stage.run(wait({ timeLimit: 0.2 }), { items: itemsOf(...runs) });
			for (const run of runs) finish(run);
			const { items, error } = await waiting;
			stage.emulator.mode.runFilters = true;
			expect(error).toBeUndefined();
			expect(items.map(({ json }) => json.status)).toEqual(runs.map(() => 'COMPLETED'));
		});
	});

	describe('an option that an expression gives', () => {
		const names = ['Ada', 'Bo'].map((name) => ({ json: { name } }));
		const run = async (options: INodeParameters) =>
			await stage.run(runAndWait(quick(), '={{ { "name": $json.name } }}', options), {
				items: names,
				...CONTINUE,
			});
		const quick = () => stage.account.createAgent(greetingAgent).agentId;

		test('fails the first item alone where it cannot be read', async () => {
			const startsAtOnce = "={{ $json.name === 'Ada' ? $('Nowhere').item.json.more : 5 }}";
			const { items } = await run({ startsAtOnce });
			expect(failureOf(items[0]).message).not.toBe('');
			expect(items[1]?.json).toMatchObject({ outputs: { greeting: 'Hello, Bo!' } });
		});

		test.each<[INodeParameters, string]>([
			[{ startsAtOnce: '={{ "many" }}' }, "'Starts at Once' is not a number from 0 on"],
			[{ timeLimit: '={{ "soon" }}' }, "'Time Limit' is not a number from 0 on"],
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
			const count = stage.emulator.requests.length;
			await new Promise((resume) => setTimeout(resume, 300));
			expect(stage.emulator.requests).toHaveLength(count);
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
			stage.emulator.mode.startTakesMs = 600;
			await stage.run(
				runAndWait(agentId, '={{ { "name": $json.name } }}', { startsAtOnce: 1, ...options }),
				{ items: names, cancelAfterMs: 1_000, ...CONTINUE },
			);
			await new Promise((resume) => setTimeout(resume, 1_000));
			stage.emulator.mode.startTakesMs = 0;
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
		stage.emulator.requests.length = 0;
		const { error } = await stage.run(
			runAndWait(agentId, '={{ { "name": $json.name } }}', { timeLimit: bad }),
			{ items },
		);
		expect(error?.context?.itemIndex).toBe(1);
		expect(asked('POST', /./)).toEqual([]);
	});

	describe('when AutoGPT is out of reach', () => {
		const goDown = () => {
			stage.emulator.faults.add({ path: /./, kind: { status: 503 }, times: 1_000 });
		};

		test('what was finished keeps its result, and the others name their runs', async () => {
			const [done, one, two] = [started(), started(), started()];
			const options = { timeLimit: 0.04 };
			const all = { items: itemsOf(one, done, two), ...CONTINUE };
			const waiting = stage.run(wait(options), all);
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
			const waiting = stage.run(wait(), { items: itemsOf(...runs) });
			await until(() => stage.emulator.requests.length > 0);
			goDown();
			const down = stage.emulator.requests.length;
			// More than the five tries of one request.
			await until(() => stage.emulator.requests.length > down + 8);
			for (const run of runs) finish(run);
			stage.emulator.faults.clear();
			const { items, error } = await waiting;
			expect(error).toBeUndefined();
			expect(items.map(({ json }) => json.id)).toEqual(runs);
		});

		test('Retry On Fail waits on for the same run', async () => {
			const { agentId: quick } = stage.account.createAgent(greetingAgent);
			const before = stage.account.runs().length;
			const GET_RUN = { method: 'GET', path: /\/runs\/[\w-]+$/ };
			stage.emulator.faults.add({ ...GET_RUN, kind: { status: 403 }, times: 1 });
			const { items, error } = await stage.run(runAndWait(quick, { name: 'Ada' }), {
				settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
			});
			expect(error).toBeUndefined();
			expect(items[0]?.json).toMatchObject({ outputs: { greeting: 'Hello, Ada!' } });
			expect(stage.account.runs()).toHaveLength(before + 1);
		});

		test.each([
			[502, false],
			[500, true],
		])('a stop that was answered with %d (done: %p) is looked after', async (status, isDone) => {
			const run = started();
			const kind = isDone ? { handledStatus: status } : { status };
			stage.emulator.faults.add({ path: /\/stop$/, kind });
			const options = { timeLimit: MOMENT, onTimeLimit: 'stop' };
			const { error } = await stage.run(wait(options), { items: itemsOf(run) });
			expect(error?.message).toContain('was stopped');
			expect(stage.account.run(run).status).toBe('TERMINATED');
			expect(asked('POST', /\/stop$/)).toHaveLength(isDone ? 1 : 2);
		});

		test('a stop that does not go through names the run', async () => {
			const run = started();
			stage.emulator.faults.add({ path: /\/stop$/, kind: { status: 403 } });
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
		stage.emulator.mode.startTakesMs = 300;
		const { items, error } = await stage.run(
			runAndWait(quick, '={{ { "name": $json.name } }}', { startsAtOnce: 1 }),
			{ items: names.map((name) => ({ json: { name } })) },
		);
		stage.emulator.mode.startTakesMs = 0;
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.outputs)).toEqual(
			names.map((name) => ({ greeting: `Hello, ${name}!` })),
		);
		const kinds = stage.emulator.requests
			.map(({ method, path }) =>
				method === 'POST' ? 'start' : /\/runs\/[\w-]+$/.exec(path) && 'read',
			)
			.filter(Boolean);
		expect(kinds.filter((kind) => kind === 'read')).toHaveLength(names.length);
		expect(kinds.indexOf('read')).toBeLessThan(kinds.lastIndexOf('start'));
	});
});
