import type { INodeExecutionData } from 'n8n-workflow';

import { setStage, type Stage } from '../harness/account.cts';
import { setTrigger, type TestTrigger } from '../harness/poll.cts';
import { greetingAgent } from '../emulator/agents';
import type { Account } from '../emulator/index.cts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const ids = (items: INodeExecutionData[]) => items.map(({ json }) => String(json.id));

describe('AutoGPT Trigger, where much happens', () => {
	let stage: Stage;
	let account: Account;
	let agentId: string;

	beforeAll(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
	});

	beforeEach(() => {
		account = stage.emulator.createAccount();
		({ agentId } = account.createAgent(greetingAgent, { manual: true }));
	});

	afterEach(() => stage.emulator.faults.clear());

	afterAll(async () => await stage.emulator.close());

	function trigger(output = 'slim'): TestTrigger {
		return setTrigger({
			credential: { apiKey: account.createKey(), baseUrl: stage.emulator.baseUrl },
			parameters: { events: ['runFinished'], options: { output } },
		});
	}

	const now = () => stage.emulator.clock.now().getTime();

	function runs(count: number, createdAt: (number: number) => number): string[] {
		return Array.from({ length: count }, (_, number) => {
			const id = account.startRun(agentId, {}, { createdAt: new Date(createdAt(number)) });
			account.finishRun(id);
			return id;
		});
	}

	it.each<[string, (number: number, from: number) => number]>([
		['spread over a month', (number, from) => from + number * 0.04 * DAY_MS],
		['in one hour of the month', (number, from) => from + 20 * DAY_MS + number * 5_000],
		['in three moments', (number, from) => from + (1 + (number % 3)) * DAY_MS],
	])(
		'gets on at every poll after a month without any, with 700 runs %s',
		async (_, createdAt) => {
			const node = trigger();
			await node.poll();
			const from = now();
			stage.emulator.clock.advance(30 * DAY_MS);
			const finished = runs(700, (number) => createdAt(number, from));
			// Two passes through all pages take longer than a poll may.
			stage.emulator.faults.add({ path: /\/runs\?/, times: Infinity, kind: { delayMs: 300 } });
			node.budgetMs = 4_000;
			const reported: string[] = [];
			let polls = 0;
			for (; reported.length < finished.length && polls < 40; polls++) {
				reported.push(...ids(await node.poll()));
			}
			expect([...reported].sort()).toEqual([...finished].sort());
			stage.emulator.faults.clear();
			expect(await node.restart({ budgetMs: undefined }).poll()).toEqual([]);
		},
		120_000,
	);

	it('returns what it has read where a later portion cannot be listed', async () => {
		const node = trigger();
		await node.poll();
		const from = now();
		stage.emulator.clock.advance(30 * DAY_MS);
		const finished = runs(700, (number) => from + number * 0.04 * DAY_MS);
		// The first portion is listed once its size is known, and once more to be sure of it.
		stage.emulator.faults.add({
			path: /started_before/,
			skip: 3,
			times: 99,
			kind: { status: 403 },
		});
		const first = ids(await node.poll());
		expect(first.length).toBeGreaterThan(0);
		expect(first.length).toBeLessThan(finished.length);
		stage.emulator.faults.clear();
		const reported = [...first];
		for (let polls = 0; reported.length < finished.length && polls < 40; polls++) {
			reported.push(...ids(await node.poll()));
		}
		expect([...reported].sort()).toEqual([...finished].sort());
	}, 120_000);

	it('remembers no more while a run ends with each page that is read', async () => {
		const node = trigger();
		await node.poll();
		const open = Array.from({ length: 400 }, () => account.startRun(agentId));
		const reported: string[] = [];
		const sizes: number[] = [];
		const seen = () => {
			const [{ state }] = Object.values(JSON.parse(node.staticData()) as object) as [
				{ state: { runs: { since: number; seen: object } } },
			];
			return state.runs;
		};
		const endOne = () => {
			const id = open.pop();
			if (id !== undefined) account.finishRun(id);
		};
		stage.emulator.faults.add({ path: /\/runs\?/, times: Infinity, kind: { delayMs: 20 } });
		for (let minute = 0; minute < 20; minute++) {
			stage.emulator.clock.advance(MINUTE_MS);
			runs(40, () => now());
			const ending = setInterval(endOne, 10);
			reported.push(...ids(await node.poll()));
			clearInterval(ending);
			sizes.push(Object.keys(seen().seen).length);
		}
		expect(now() - seen().since).toBeLessThan(8 * MINUTE_MS);
		expect(Math.max(...sizes.slice(15))).toBeLessThan(700);
		expect(new Set(reported).size).toBe(reported.length);
	}, 120_000);

	it.each(['slim', 'simplified'])(
		'reports a run once whose executor has a clock that is far behind (%s)',
		async (output) => {
			const node = trigger(output);
			await node.poll();
			stage.emulator.clock.advance(30 * MINUTE_MS);
			const [id] = runs(1, () => now());
			const run = account.run(String(id));
			run.startedAt = new Date(now() - 25 * MINUTE_MS);
			run.endedAt = new Date(now() - 24 * MINUTE_MS);
			expect(ids(await node.poll())).toEqual([id]);
			expect(await node.poll()).toEqual([]);
			expect(await node.restart().poll()).toEqual([]);
			// Nor where one list leaves it out.
			run.deleted = true;
			stage.emulator.clock.advance(MINUTE_MS);
			expect(await node.poll()).toEqual([]);
			run.deleted = false;
			expect(await node.poll()).toEqual([]);
		},
	);

	it('reports a run once that could not be read while its status was unknown', async () => {
		const id = account.startRun(agentId);
		const node = setTrigger({
			credential: { apiKey: account.createKey(), baseUrl: stage.emulator.baseUrl },
			parameters: { events: ['runFinished'] },
		});
		await node.poll();
		const run = account.run(id);
		account.setRunStatus(id, 'RUNNING');
		// A status that this package does not know: no list of open or finished runs has it.
		const status = run.status;
		run.status = 'PAUSED' as typeof status;
		const path = new RegExp(`/runs/${id}$`);
		stage.emulator.faults.add({ path, times: Infinity, kind: { html: 404 } });
		for (let poll = 0; poll < 9; poll++) expect(await node.poll()).toEqual([]);
		run.status = status;
		expect(await node.poll()).toEqual([]);
		stage.emulator.faults.clear();
		account.finishRun(id);
		const [item, ...rest] = await node.poll();
		expect(rest).toEqual([]);
		expect(item?.json).toMatchObject({ id, outcome: 'completed' });
		expect(item?.json).not.toHaveProperty('read_failure');
		expect(await node.poll()).toEqual([]);
	});
});
