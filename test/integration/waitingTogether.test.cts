import { greetingAgent } from '../emulator/agents';
import { resetProcessState, runWatchers } from '../../client/process/processState';
import { failureOf, runAndWait } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { CONTINUE, itemsOf, until, wait, useWaitingStage } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

const LIST = /\/runs\?/;
const READ = /\/runs\/[\w-]+$/;

describe('Executions that wait with one credential', () => {
	const use = useWaitingStage();
	const { asked, finish, started } = use;

	afterEach(() => {
		expect(runWatchers.size).toBe(0);
		resetProcessState();
	});

	const waitFor = (run: string, options = {}) =>
		use.stage.run(wait(options), { items: itemsOf(run) });

	test('share one list for each check, and each gets its own run', async () => {
		const runs = Array.from({ length: 20 }, (_, index) => started('RUNNING', `N${index}`));
		const waits = runs.map((run) => waitFor(run, { longestInterval: 1 }));
		await until(() => asked('GET', LIST).length >= 3);
		expect(asked('GET', READ).length).toBeLessThanOrEqual(2);
		runs.forEach((run, index) => finish(run, `Hello, ${index}!`));
		const results = await Promise.all(waits);
		expect(results.map(({ items }) => items[0]?.json)).toMatchObject(
			runs.map((id, index) => ({ id, outputs: { greeting: `Hello, ${index}!` } })),
		);
		expect(asked('GET', READ).length).toBeLessThanOrEqual(runs.length + 3);
	});

	test('go on when Stop ends the one whose client is used', async () => {
		const [first, second, stopped] = [started(), started(), started()];
		const others = [waitFor(first), waitFor(second)];
		await until(() => asked('GET', LIST).length > 0);
		const before = asked('GET', LIST).length;
		// The newest one lists.
		const newest = use.stage.run(wait(), {
			items: itemsOf(stopped),
			cancelWhen: () => asked('GET', LIST).length > before + 1,
		});
		await newest;
		const after = asked('GET', LIST).length;
		await until(() => asked('GET', LIST).length > after + 1);
		for (const run of [first, second]) finish(run);
		const results = await Promise.all(others);
		expect(results.map(({ items }) => items[0]?.json.id)).toEqual([first, second]);
		expect(use.stage.account.run(stopped).status).toBe('RUNNING');
	});

	test('keep their own time limits and options', async () => {
		const [short, asking, long] = [started(), started(), started()];
		const goesOn = waitFor(long);
		const [limited, reviewed] = await Promise.all([
			waitFor(short, { timeLimit: 0.01, onTimeLimit: 'return' }),
			(async () => {
				const waiting = waitFor(asking);
				use.stage.account.requestReview(asking, { payload: 'Is this fine?' });
				return await waiting;
			})(),
		]);
		expect(limited.items[0]?.json).toMatchObject({ id: short, status: 'RUNNING' });
		expect(reviewed.items[0]?.json).toMatchObject({ id: asking, status: 'REVIEW' });
		finish(long);
		expect((await goesOn).items[0]?.json).toMatchObject({ id: long, status: 'COMPLETED' });
	});

	test('for the same run both get it, by one read', async () => {
		const run = started();
		const waits = [waitFor(run), waitFor(run)];
		await until(() => asked('GET', /\/runs/).length >= 2);
		finish(run);
		const results = await Promise.all(waits);
		expect(results.map(({ items }) => items[0]?.json.id)).toEqual([run, run]);
		// Each check of a single run is a read; two who looked each for themselves would send twice as many.
		expect(asked('GET', READ).length).toBeLessThan(12);
	});

	test('are apart from those whose credential holds another key', async () => {
		const { emulator } = use.stage;
		const other = emulator.createAccount();
		const otherKey = other.createKey();
		const { agentId } = other.createAgent(greetingAgent, { manual: true });
		const theirs = [1, 2].map(() => other.startRun(agentId, { name: 'Bo' }));
		const mine = [started(), started()];
		// The same credential in n8n, before and after its key was changed.
		const waits = [
			...mine.map((run) => waitFor(run)),
			...theirs.map((run) => use.stage.run(wait(), { items: itemsOf(run), key: otherKey })),
		];
		const listsOf = (userId: string) =>
			asked('GET', LIST).filter(({ account }) => account === userId).length;
		const haveListed = async (times: number) => {
			const owners = [other.userId, use.stage.account.userId];
			await until(() => owners.every((owner) => listsOf(owner) >= times));
		};
		await haveListed(1);
		const reads = asked('GET', READ).length;
		await haveListed(4);
		// Runs that are not in a list of their own account are read.
		expect(asked('GET', READ)).toHaveLength(reads);
		for (const run of mine) finish(run);
		for (const run of theirs) other.finishRun(run, 'COMPLETED', { greeting: ['Other'] });
		const results = await Promise.all(waits);
		expect(results.map(({ items }) => items[0]?.json.id)).toEqual([...mine, ...theirs]);
		for (const { account, path } of asked('GET', READ)) {
			const isTheirs = theirs.some((run) => path.endsWith(run));
			expect(account).toBe(isTheirs ? other.userId : use.stage.account.userId);
		}
	});

	test('a failure names the node of its own execution', async () => {
		const runs = [started(), started()];
		const waits = runs.map((run) => use.stage.run(wait(), { items: itemsOf(run), ...CONTINUE }));
		await until(() => asked('GET', LIST).length > 0);
		use.stage.emulator.faults.add({ path: LIST, kind: { status: 403 }, times: 1 });
		const results = await Promise.all(waits);
		for (const { items } of results) expect(failureOf(items[0]).status).toBe(403);
	});

	test('a read that is not answered holds no other run', async () => {
		const [stalled, ...others] = Array.from({ length: 12 }, () => started());
		use.stage.emulator.faults.add({
			path: new RegExp(`${stalled}$`),
			kind: { delayMs: 20_000 },
			times: 1,
		});
		const stuck = waitFor(stalled ?? '', { timeLimit: 0.1, onTimeLimit: 'fail' });
		const waits = others.map((run) => waitFor(run));
		await until(() => asked('GET', LIST).length > 0);
		const began = Date.now();
		for (const run of [stalled ?? '', ...others]) finish(run);
		await Promise.all(waits);
		expect(Date.now() - began).toBeLessThan(6_000);
		await stuck;
		expect(Date.now() - began).toBeLessThan(15_000);
	});

	test('runs are started and waited for by many executions at few requests', async () => {
		const { agentId } = use.stage.account.createAgent(greetingAgent);
		const names = Array.from({ length: 20 }, (_, index) => `N${index}`);
		const results = await Promise.all(
			names.map((name) => use.stage.run(runAndWait(agentId, { name }))),
		);
		expect(results.map(({ items }) => items[0]?.json.outputs)).toEqual(
			names.map((name) => ({ greeting: `Hello, ${name}!` })),
		);
	});
});
