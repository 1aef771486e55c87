import { greetingAgent } from '../emulator/agents';
import { runAndWait } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { itemsOf, until, wait, useWaitingStage } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

describe('Waiting for many runs', () => {
	const use = useWaitingStage();
	const { asked, finish, started } = use;

	describe('on a server that cannot filter by status', () => {
		test('notices the ends of several runs', async () => {
			use.stage.emulator.mode.runFilters = false;
			const runs = [started(), started(), started()];
			const waiting = use.stage.run(wait({ timeLimit: 0.2 }), { items: itemsOf(...runs) });
			for (const run of runs) finish(run);
			const { items, error } = await waiting;
			expect(error).toBeUndefined();
			expect(items.map(({ json }) => json.status)).toEqual(runs.map(() => 'COMPLETED'));
		});
	});

	test('a hundred runs keep their order and links, at one request per tick', async () => {
		const runs = Array.from({ length: 100 }, (_, index) => started('QUEUED', `N${index}`));
		const waiting = use.stage.run(wait({ longestInterval: 1 }), { items: itemsOf(...runs) });
		await until(() => asked('GET', /\/runs\?/).length >= 3);
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
		const others = use.stage.account.runs().filter(({ id }) => !mine.includes(id));
		for (const { id, endedAt } of others) if (!endedAt) finish(id);
		const waiting = use.stage.run(wait(), { items: itemsOf(...mine) });
		await until(() => asked('GET', /\/runs\?/).length >= 3);
		const lists = asked('GET', /\/runs\?/);
		const ticks = lists.filter(({ path }) => !/cursor=/.test(path)).length;
		mine.forEach((run) => finish(run));
		await waiting;
		expect(lists.length).toBeGreaterThan(3 * (ticks - 1));
		expect(lists.length).toBeLessThanOrEqual(3 * ticks);
	});

	test('reads runs that end while others are still being started, each once', async () => {
		const quick = use.stage.account.createAgent(greetingAgent).agentId;
		const names = ['Ada', 'Bo', 'Cy', 'Di', 'Ed', 'Flo'];
		use.stage.emulator.mode.startTakesMs = 300;
		const { items, error } = await use.stage.run(
			runAndWait(quick, '={{ { "name": $json.name } }}', { startsAtOnce: 1 }),
			{ items: names.map((name) => ({ json: { name } })) },
		);
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.outputs)).toEqual(
			names.map((name) => ({ greeting: `Hello, ${name}!` })),
		);
		const kinds = use.stage.emulator.requests
			.map(({ method, path }) =>
				method === 'POST' ? 'start' : /\/runs\/[\w-]+$/.exec(path) && 'read',
			)
			.filter(Boolean);
		expect(kinds.filter((kind) => kind === 'read')).toHaveLength(names.length);
		expect(kinds.indexOf('read')).toBeLessThan(kinds.lastIndexOf('start'));
	});
});
