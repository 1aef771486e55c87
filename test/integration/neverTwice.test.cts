import type { INodeExecutionData } from 'n8n-workflow';

import { resetProcessState, startLedger } from '../../client/process/processState';
import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { greetingAgent } from '../emulator/agents';
import {
	OLDER_SERVERS,
	type FaultKind,
	type Mode,
	type EmulatorOptions,
} from '../emulator/index.cts';

const START = { method: 'POST', path: /\/runs$/ };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const CONTINUE = { onError: 'continueRegularOutput' } as const;

function people(...names: string[]): INodeExecutionData[] {
	return names.map((name) => ({ json: { name } }));
}

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(20),
);

describe('A run is never started twice', () => {
	const stages: Stage[] = [];
	let stage: Stage;
	let agentId: string;

	/** Servers say once how they treat keys, so each kind of server is one of its own. */
	async function useServer(mode: Partial<Mode>, options: EmulatorOptions = {}): Promise<void> {
		stage = await setStage({ ...options, mode });
		stages.push(stage);
		({ agentId } = stage.account.createAgent(greetingAgent));
	}

	const greet = (options = {}) => runAndWait(agentId, '={{ JSON.stringify($json) }}', options);
	const lose = (kind: FaultKind, times = 1, skip = 0) =>
		stage.emulator.faults.add({ ...START, kind, times, skip });
	const starts = () =>
		stage.emulator.requests.filter(
			({ method, path }) => method === 'POST' && path.endsWith(`/${agentId}/runs`),
		);
	const greetings = (items: INodeExecutionData[]) =>
		items.map(({ json }) => (json.outputs as { greeting?: string } | undefined)?.greeting);

	beforeEach(async () => await useServer({}));

	afterEach(() => {
		for (const { emulator } of stages) expect(emulator.contractViolations).toEqual([]);
	});

	afterAll(async () => {
		await Promise.all(stages.map(async ({ emulator }) => await emulator.close()));
	});

	test.each<[string, FaultKind]>([
		['a lost response', { after: 'drop' }],
		['a lost request', { before: 'drop' }],
		['half an answer', { truncated: 202 }],
		['a 500 after the run was made', { handledStatus: 500 }],
		['a page of a proxy', { html: 502 }],
		['a key store that was down (503)', { status: 503 }],
		['a key that was in flight (409)', { status: 409 }],
	])('after %s the start is repeated with the same key', async (_, kind) => {
		lose(kind);
		const { items, error } = await stage.run(greet(), { items: people('Ada') });
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(['Hello, Ada!']);
		expect(stage.account.runs()).toHaveLength(1);
		expect(new Set(starts().map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
	});

	test('Retry On Fail goes on with what was started, and starts what was not', async () => {
		stage.emulator.faults.add({ ...START, kind: { status: 402 }, skip: 2 });
		const { items, error } = await stage.run(greet({ startsAtOnce: 1 }), {
			items: people('Ada', 'Bob', 'Cy'),
			settings: RETRY,
		});
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(['Hello, Ada!', 'Hello, Bob!', 'Hello, Cy!']);
		expect(stage.account.runs()).toHaveLength(3);
		expect(starts()).toHaveLength(4);
	});

	test('Retry On Fail goes on with a run whose inputs come out otherwise the second time', async () => {
		stage.emulator.faults.add({ ...START, kind: { status: 402 }, skip: 1 });
		// As {{ $now }} does, but never twice within a millisecond.
		const inputs = '={{ JSON.stringify({ name: $json.name + Math.random() }) }}';
		const { items, error } = await stage.run(runAndWait(agentId, inputs, { startsAtOnce: 1 }), {
			items: people('Ada', 'Bob'),
			settings: RETRY,
		});
		expect(error).toBeUndefined();
		expect(items).toHaveLength(2);
		expect(stage.account.runs()).toHaveLength(2);
		expect(items.map(({ json }) => json.id)).toEqual(stage.account.runs().map(({ id }) => id));
	});

	test('a start without an answer is sent again word for word, whatever its inputs are then', async () => {
		lose({ after: 'drop' }, 5);
		const inputs = '={{ JSON.stringify({ name: "Ada" + Math.random() }) }}';
		const { items, error } = await stage.run(runAndWait(agentId, inputs), {
			items: people('Ada'),
			settings: RETRY,
		});
		expect(error).toBeUndefined();
		const [run] = stage.account.runs();
		expect(stage.account.runs()).toHaveLength(1);
		expect(items[0]?.json.id).toBe(run?.id);
		expect(greetings(items)).toEqual([`Hello, ${String(run?.inputs.name)}!`]);
		expect(new Set(starts().map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
	});

	test('a start whose body is held no more is sent again only where it is the same word for word', async () => {
		const held = { maxHeld: 50_000_000 };
		Object.assign(startLedger, { maxHeld: 0 });
		try {
			lose({ after: 'drop' }, 5);
			const changing = '={{ JSON.stringify({ name: "Ada" + Math.random() }) }}';
			const { error } = await stage.run(runAndWait(agentId, changing), {
				items: people('Ada'),
				settings: RETRY,
			});
			const [run] = stage.account.runs();
			expect(stage.account.runs()).toHaveLength(1);
			expect(error?.description).toContain(run?.id);
			lose({ after: 'drop' }, 5);
			const same = await stage.run(greet(), { items: people('Grace'), settings: RETRY });
			expect(same.error).toBeUndefined();
			expect(greetings(same.items)).toEqual(['Hello, Grace!']);
			expect(stage.account.runs()).toHaveLength(2);
		} finally {
			Object.assign(startLedger, held);
		}
	});

	test('a start without an answer is remembered, though its repeat was refused', async () => {
		lose({ after: 'drop' });
		const path = new RegExp(`${agentId}/runs$`);
		stage.emulator.faults.add({ method: 'POST', path, kind: { status: 402 } });
		const inputs = '={{ JSON.stringify({ name: "Ada" + Math.random() }) }}';
		const { items, error } = await stage.run(runAndWait(agentId, inputs), {
			items: people('Ada'),
			settings: RETRY,
		});
		expect(error).toBeUndefined();
		expect(starts()).toHaveLength(3);
		expect(stage.account.runs()).toHaveLength(1);
		expect(items[0]?.json.id).toBe(stage.account.runs()[0]?.id);
	});

	test('a failed start names the runs that were under way at that moment', async () => {
		stage.emulator.mode.startTakesMs = 300;
		stage.emulator.faults.add({ ...START, kind: { status: 402 } });
		const { error } = await stage.run(greet(), { items: people('Ada', 'Bob', 'Cy') });
		stage.emulator.mode.startTakesMs = 0;
		const runs = stage.account.runs();
		expect(runs).toHaveLength(2);
		for (const { id } of runs) expect(error?.description).toContain(id);
	});

	test('without Retry On Fail the message names what was started', async () => {
		stage.emulator.faults.add({ ...START, kind: { status: 402 }, skip: 1 });
		const { error } = await stage.run(greet({ startsAtOnce: 1 }), {
			items: people('Ada', 'Bob', 'Cy'),
		});
		expect(stage.account.runs()).toHaveLength(1);
		expect(error?.description).toContain(`go on in AutoGPT: ${stage.account.runs()[0]?.id}`);
	});

	test('an execution that is executed anew after a restart finds its runs by their keys', async () => {
		const options = { items: people('Ada', 'Bob'), executionId: 'restarted' };
		const first = await stage.run(greet(), options);
		resetProcessState();
		const second = await stage.run(greet(), options);
		expect(second.items.map(({ json }) => json.id)).toEqual(first.items.map(({ json }) => json.id));
		await stage.run(greet(), { items: people('Ada', 'Bob') });
		expect(stage.account.runs()).toHaveLength(4);
	});

	test('a lasting 409: the run that may be the one is named, not taken', async () => {
		lose({ killed: 'after' });
		const { error } = await stage.run(greet(), { items: people('Ada'), settings: RETRY });
		expect(error?.message).toContain('Whether the run was started is not certain');
		expect(stage.account.runs()).toHaveLength(1);
		expect(error?.description).toContain(stage.account.runs()[0]?.id);
	});

	test('a key that is in flight for long: its run is found by the key', async () => {
		lose({ handledStatus: 409 }, 100);
		const options = { items: people('Ada'), executionId: 'lasting', settings: CONTINUE };
		stage.emulator.faults.add({
			method: 'GET',
			path: /\/runs\?/,
			kind: { status: 500 },
			times: 99,
		});
		const first = await stage.run(greet(), options);
		expect(failureOf(first.items[0]).message).toContain('not certain');
		stage.emulator.faults.clear();
		const second = await stage.run(greet(), options);
		expect(greetings(second.items)).toEqual(['Hello, Ada!']);
		expect(stage.account.runs()).toHaveLength(1);
	});

	test("a run that may be another's is not taken, but named", async () => {
		lose({ handledStatus: 409 }, 100);
		const other = stage.account.startRun(agentId, { name: 'Ada' });
		const { items } = await stage.run(greet(), { items: people('Ada'), settings: CONTINUE });
		const { message, description } = failureOf(items[0]);
		expect(message).toContain('Whether the run was started is not certain');
		expect(stage.account.runs()).toHaveLength(2);
		for (const { id } of stage.account.runs()) expect(description).toContain(id);
		expect(description).toContain(other);
		expect(description).toContain('Run > Wait');
	});

	test('items with the same content each keep their own run', async () => {
		lose({ after: 'drop' }, 2);
		const { items } = await stage.run(greet(), { items: people('Ada', 'Ada', 'Ada') });
		expect(new Set(items.map(({ json }) => json.id)).size).toBe(3);
		expect(stage.account.runs()).toHaveLength(3);
	});

	test('a lasting 409 among items with the same content: the run that no other item has is named', async () => {
		lose({ killed: 'after' }, 1, 1);
		const { items } = await stage.run(greet({ startsAtOnce: 1 }), {
			items: people('Ada', 'Ada'),
			settings: CONTINUE,
		});
		const [first, second] = stage.account.runs();
		expect(items[0]?.json.id).toBe(first?.id);
		expect(failureOf(items[1]).description).toContain(second?.id);
		expect(failureOf(items[1]).description).not.toContain(first?.id);
		expect(stage.account.runs()).toHaveLength(2);
	});

	describe('with an own key', () => {
		const keyed = (key: string) => greet({ idempotencyKey: key });

		test('gives one run across executions, in its present state', async () => {
			const first = await stage.run(keyed('order-1'), { items: people('Ada') });
			const second = await stage.run(keyed('order-1'), { items: people('Ada') });
			expect(second.items[0]?.json.id).toBe(first.items[0]?.json.id);
			expect(stage.account.runs()).toHaveLength(1);
		});

		test('refuses it for other inputs, on every server', async () => {
			for (const idempotency of ['bound', 'unbound'] as const) {
				await useServer({ idempotency });
				await stage.run(keyed('order-1'), { items: people('Ada') });
				const { error } = await stage.run(keyed('order-1'), { items: people('Bob') });
				expect(`${error?.message} ${error?.description}`).toMatch(/another key/);
				expect(stage.account.runs()).toHaveLength(1);
			}
		});

		test('refuses the second of two items with the same key, and starts nothing', async () => {
			const options = { items: people('Ada', 'Ada') };
			const { error } = await stage.run(keyed('order-1'), options);
			expect(error?.message).toContain("Item 0 has the same idempotency key 'order-1'");
			expect(stage.account.runs()).toHaveLength(0);
			const { items } = await stage.run(keyed('order-1'), { ...options, settings: CONTINUE });
			expect(greetings(items.slice(0, 1))).toEqual(['Hello, Ada!']);
			expect(failureOf(items[1]).description).toContain('order_id');
			expect(stage.account.runs()).toHaveLength(1);
		});

		test('says that the run of a key was deleted', async () => {
			await stage.run(keyed('order-1'), { items: people('Ada') });
			const [run] = stage.account.runs();
			if (run) run.deleted = true;
			const { error } = await stage.run(keyed('order-1'), { items: people('Ada') });
			expect(error?.message).toContain('was deleted');
		});

		test('a lasting 409 of another execution names the runs that fit and takes none', async () => {
			const day = 86_400_000;
			const createdAt = new Date(Date.now() - day / 2);
			const earlier = stage.account.startRun(agentId, { name: 'Ada' }, { createdAt });
			lose({ status: 409 }, 100);
			const { error } = await stage.run(keyed('order-1'), { items: people('Ada') });
			expect(error?.description).toContain(earlier);
			expect(stage.account.runs()).toHaveLength(1);
		});
	});

	describe('on a server that ignores keys', () => {
		beforeEach(async () => await useServer({ idempotency: 'ignored' }));

		test.each<[string, FaultKind, number]>([
			['response', { after: 'drop' }, 1],
			['request', { before: 'drop' }, 0],
			['run behind a 500', { handledStatus: 500 }, 1],
		])(
			'a lost %s is not started again, by Retry On Fail neither',
			async (_, kind, runs) => {
				lose(kind);
				const { error } = await stage.run(greet(), { items: people('Ada'), settings: RETRY });
				expect(error?.message).toContain('not certain');
				expect(starts()).toHaveLength(1);
				expect(stage.account.runs()).toHaveLength(runs);
				expect(error?.failure).toBeUndefined();
				if (runs > 0) expect(error?.description).toContain(stage.account.runs()[0]?.id);
				else expect(error?.description).toContain('execute the workflow again');
			},
			60_000,
		);

		test('Retry On Fail does not start again what was started', async () => {
			stage.emulator.faults.add({ ...START, kind: { status: 402 }, skip: 1 });
			const { items } = await stage.run(greet({ startsAtOnce: 1 }), {
				items: people('Ada', 'Bob'),
				settings: RETRY,
			});
			expect(greetings(items)).toEqual(['Hello, Ada!', 'Hello, Bob!']);
			expect(stage.account.runs()).toHaveLength(2);
		});
	});

	test('a server that does not describe itself counts as one that ignores keys', async () => {
		stage.emulator.faults.add({ path: /openapi/, kind: { status: 500 }, times: 99 });
		lose({ after: 'drop' });
		const { error } = await stage.run(greet(), { items: people('Ada') });
		expect(error?.message).toContain('not certain');
		expect(starts()).toHaveLength(1);
	});

	test('a server is asked anew in each execution, as it may be another behind the same address', async () => {
		lose({ after: 'drop' });
		expect((await stage.run(greet(), { items: people('Ada') })).error).toBeUndefined();
		stage.emulator.mode.idempotency = 'ignored';
		lose({ after: 'drop' });
		const { error } = await stage.run(greet(), { items: people('Bob') });
		expect(error?.message).toContain('not certain');
		expect(stage.account.runs()).toHaveLength(2);
	});

	test('an older server that frees the key of a start that went wrong: nothing is repeated', async () => {
		await useServer(OLDER_SERVERS.O3);
		lose({ failsAfter: 500 });
		const { error } = await stage.run(greet(), { items: people('Ada'), settings: RETRY });
		expect(error?.description).toContain(stage.account.runs()[0]?.id);
		expect(starts()).toHaveLength(1);
		lose({ status: 500 });
		const { items } = await stage.run(greet(), { items: people('Bob') });
		expect(greetings(items)).toEqual(['Hello, Bob!']);
	});
});
