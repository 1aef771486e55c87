import type { INodeParameters } from 'n8n-workflow';

import { setStage, type Stage } from '../harness/account.cts';
import { setTrigger, type TestTrigger } from '../harness/poll.cts';
import { greetingAgent } from '../emulator/agents';
import { rl } from '../harness/locator.cts';

const OVERLAP_MS = 5 * 60_000;

function names(items: Array<{ json: object }>): string[] {
	return items.map(({ json }) => {
		const { event, id } = json as { event: string; id: string };
		return `${event} ${id}`;
	});
}

/** What the trigger remembers. */
function storedState(node: TestTrigger): { account: string; owner: string } {
	const [{ state }] = Object.values(
		JSON.parse(node.staticData()) as Record<string, { state: { account: string; owner: string } }>,
	) as [{ state: { account: string; owner: string } }];
	return state;
}

describe('AutoGPT Trigger', () => {
	let stage: Stage;
	let agentId: string;
	let graphId: string;

	beforeAll(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
	});

	beforeEach(() => {
		({ agentId, graphId } = stage.account.createAgent(greetingAgent, { manual: true }));
	});

	afterEach(() => {
		stage.emulator.faults.clear();
		stage.emulator.clock.skewMs = 0;
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	// A pause that is too long for a poll, so that the tests need not sit through retries.
	const busy = (status: number) => ({ status, headers: { 'Retry-After': '600' } });

	function trigger(parameters: INodeParameters = {}): TestTrigger {
		return setTrigger({
			credential: { apiKey: stage.key, baseUrl: stage.emulator.baseUrl },
			parameters: {
				events: ['runFinished'],
				agents: { agent: [{ agentId: rl(agentId) }] },
				...parameters,
			},
		});
	}

	it('emits nothing old, then each finished run once with its outputs', async () => {
		const old = stage.account.startRun(agentId, { name: 'Old' });
		stage.account.finishRun(old, 'COMPLETED', { greeting: ['Hello, Old!'] });
		const open = stage.account.startRun(agentId, { name: 'Ada' });
		const node = trigger();
		expect(await node.poll()).toEqual([]);
		expect(await node.poll()).toEqual([]);
		stage.account.finishRun(open, 'COMPLETED', { greeting: ['Hello, Ada!'] });
		const [item, ...rest] = await node.poll();
		expect(rest).toEqual([]);
		expect(item?.json).toMatchObject({
			event: 'run.finished',
			id: open,
			agent_id: agentId,
			graph_id: graphId,
			outcome: 'completed',
			outputs: { greeting: 'Hello, Ada!' },
			failed_blocks: [],
		});
		const endedAt = stage.account.run(open).endedAt?.toISOString();
		expect(item?.json.event_id).toBe(`run.finished:${open}:${endedAt}`);
		expect(await node.poll()).toEqual([]);
	});

	it('reports a run that starts and ends between two polls, in order', async () => {
		const node = trigger({ events: ['runStarted', 'runFinished'] });
		await node.poll();
		const id = stage.account.startRun(agentId);
		stage.account.finishRun(id, 'FAILED');
		const other = stage.account.startRun(agentId);
		expect(names(await node.poll())).toEqual([
			`run.started ${id}`,
			`run.started ${other}`,
			`run.finished ${id}`,
		]);
		expect(await node.poll()).toEqual([]);
	});

	it('reports runs that were open for weeks', async () => {
		const long = stage.account.startRun(agentId, {}, { createdAt: new Date('2026-01-01') });
		const node = trigger();
		await node.poll();
		stage.account.finishRun(long);
		expect(names(await node.poll())).toEqual([`run.finished ${long}`]);
		expect(await node.restart().poll()).toEqual([]);
	});

	it('repeats nothing and misses nothing after a restart with an older state', async () => {
		const node = trigger();
		await node.poll();
		const kept = node.staticData();
		await node.poll();
		const id = stage.account.startRun(agentId);
		stage.account.finishRun(id);
		const again = node.restart({ staticData: kept });
		expect(names(await again.poll())).toEqual([`run.finished ${id}`]);
		expect(await again.restart().poll()).toEqual([]);
	});

	it.each([-7, 7])('does not mind a server clock that is %i hours off', async (hours) => {
		stage.emulator.clock.skewMs = hours * 3_600_000;
		const node = trigger();
		await node.poll();
		const id = stage.account.startRun(agentId);
		stage.account.finishRun(id);
		expect(names(await node.poll())).toEqual([`run.finished ${id}`]);
		expect(await node.poll()).toEqual([]);
	});

	it('changes nothing when a poll fails half-way', async () => {
		const node = trigger();
		await node.poll();
		const id = stage.account.startRun(agentId);
		stage.account.finishRun(id);
		const before = node.staticData();
		stage.emulator.faults.add({ path: new RegExp(`/runs/${id}`), kind: busy(429) });
		await expect(node.poll()).rejects.toMatchObject({ failure: { cause: 'rate-limited' } });
		expect(node.staticData()).toBe(before);
		expect(names(await node.poll())).toEqual([`run.finished ${id}`]);
	});

	it('uses up no tries of runs in an outage that begins in the midst of polls', async () => {
		const node = trigger();
		await node.poll();
		const ids = Array.from({ length: 8 }, () => stage.account.startRun(agentId));
		ids.forEach((id) => stage.account.finishRun(id));
		const before = node.staticData();
		const path = /\/runs(\/[^/?]+|\?limit=1)$/;
		stage.emulator.faults.add({ path, times: Infinity, kind: busy(503) });
		for (let poll = 1; poll <= 12; poll++) {
			await expect(node.poll()).rejects.toMatchObject({ httpCode: '503' });
		}
		expect(node.staticData()).toBe(before);
		stage.emulator.faults.clear();
		const items = await node.poll();
		expect(names(items)).toEqual(ids.map((id) => `run.finished ${id}`));
		expect(items.filter(({ json }) => 'read_failure' in json)).toEqual([]);
	});

	it('puts the rest out next time when its time is over, oldest first', async () => {
		const node = trigger();
		await node.poll();
		const ids = Array.from({ length: 60 }, () => stage.account.startRun(agentId));
		ids.forEach((id) => stage.account.finishRun(id));
		stage.emulator.faults.add({
			path: /\/runs\/[^/?]+$/,
			times: Infinity,
			kind: { delayMs: 50 },
		});
		node.budgetMs = 400;
		const first = await node.poll();
		expect(first.length).toBeGreaterThan(5);
		expect(first.length).toBeLessThan(60);
		stage.emulator.faults.clear();
		const again = node.restart({ budgetMs: undefined });
		const rest = await again.poll();
		expect(names([...first, ...rest])).toEqual(ids.map((id) => `run.finished ${id}`));
		expect(await again.poll()).toEqual([]);
	});

	it('loses no open run when the list moves while it is read', async () => {
		const ids = Array.from({ length: 250 }, (_, number) =>
			stage.account.startRun(agentId, {}, { createdAt: new Date(Date.UTC(2026, 0, 1, 0, number)) }),
		);
		const node = trigger();
		// The second page waits until runs of the first have left the list.
		stage.emulator.faults.add({ path: /statuses=QUEUED.*cursor=/, kind: { delayMs: 200 } });
		const poll = node.poll();
		await new Promise((resolve) => setTimeout(resolve, 100));
		const gone = ids.slice(-40);
		gone.forEach((id) => stage.account.finishRun(id));
		await poll;
		const rest = ids.slice(0, -40);
		rest.forEach((id) => stage.account.finishRun(id));
		const reported = new Set(names(await node.poll()));
		expect(rest.filter((id) => !reported.has(`run.finished ${id}`))).toEqual([]);
	}, 20_000);

	it('lets no limit of AutoGPT hold a poll longer than n8n allows', async () => {
		const limited = await setStage({ limits: true });
		const { account, emulator } = limited;
		try {
			// The start of a minute, when the limit is fresh.
			emulator.clock.advance(60_000 - (emulator.clock.now().getTime() % 60_000));
			const agent = account.createAgent(greetingAgent, { manual: true });
			const ids = Array.from({ length: 220 }, () => account.startRun(agent.agentId));
			const node = setTrigger({
				credential: { apiKey: limited.key, baseUrl: emulator.baseUrl },
				parameters: { events: ['runFinished'] },
			});
			await node.poll();
			ids.forEach((id) => account.finishRun(id));
			// Others of the account use up most of the limit, so that a slow machine gets to its end too.
			const headers = { 'X-API-Key': limited.key };
			const others = Array.from({ length: 160 }, async () => {
				await (await fetch(`${emulator.baseUrl}/me`, { headers })).text();
			});
			await Promise.all(others);
			node.budgetMs = 4_000;
			const began = Date.now();
			const first = await node.poll();
			expect(Date.now() - began).toBeLessThan(4_500);
			expect(first.length).toBeGreaterThan(10);
			expect(first.length).toBeLessThan(40);
			await expect(node.poll()).rejects.toMatchObject({ failure: { cause: 'rate-limited' } });
			expect(Date.now() - began).toBeLessThan(9_000);
			expect(emulator.requests.filter(({ status }) => status === 429)).toEqual([]);
		} finally {
			await emulator.close();
		}
	}, 20_000);

	it('costs two requests when nothing happened, and one more for each finished run', async () => {
		// What the tests before have finished lies behind.
		stage.emulator.clock.advance(2 * OVERLAP_MS);
		const ids = Array.from({ length: 30 }, () => stage.account.startRun(agentId));
		const node = trigger({ agents: {} });
		await node.poll();
		let before = stage.emulator.requests.length;
		await node.poll();
		expect(stage.emulator.requests.length - before).toBe(2);
		ids.slice(0, 5).forEach((id) => stage.account.finishRun(id));
		before = stage.emulator.requests.length;
		expect(await node.poll()).toHaveLength(5);
		// Two lists, five runs, and once the agent for its name and their links.
		expect(stage.emulator.requests.length - before).toBe(2 + 5 + 1);
		ids.slice(5, 10).forEach((id) => stage.account.finishRun(id));
		before = stage.emulator.requests.length;
		expect(await node.poll()).toHaveLength(5);
		// The agent may have another name by now.
		expect(stage.emulator.requests.length - before).toBe(2 + 5 + 1);
	});

	it('starts the workflow for the chosen outcomes and agents only', async () => {
		const other = stage.account.createAgent(greetingAgent, { manual: true });
		const node = trigger({ outcomes: ['failed'] });
		await node.poll();
		const good = stage.account.startRun(agentId);
		const bad = stage.account.startRun(agentId);
		const foreign = stage.account.startRun(other.agentId);
		stage.account.finishRun(good);
		stage.account.finishRun(bad, 'FAILED');
		stage.account.finishRun(foreign, 'FAILED');
		expect(names(await node.poll())).toEqual([`run.finished ${bad}`]);
	});

	it('asks for no run in the slim form', async () => {
		const node = trigger({ options: { output: 'slim' } });
		await node.poll();
		const id = stage.account.startRun(agentId);
		stage.account.finishRun(id);
		const before = stage.emulator.requests.length;
		const [item] = await node.poll();
		expect(item?.json).toMatchObject({ event: 'run.finished', id, status: 'COMPLETED' });
		expect(item?.json).not.toHaveProperty('outputs');
		expect(stage.emulator.requests.length - before).toBe(2);
	});

	it('reports each review once, with its run', async () => {
		const node = trigger({ events: ['reviewRequested'] });
		await node.poll();
		const run = stage.account.startRun(agentId);
		const review = stage.account.requestReview(run, { payload: { text: 'Fine?' } });
		const [item, ...rest] = await node.poll();
		expect(rest).toEqual([]);
		expect(item?.json).toMatchObject({
			event: 'review.requested',
			event_id: `review.requested:${review}`,
			run_id: run,
			payload: { text: 'Fine?' },
			run: { id: run, agent_id: agentId },
		});
		const before = stage.emulator.requests.length;
		expect(await node.poll()).toEqual([]);
		expect(stage.emulator.requests.length - before).toBe(1);
		const second = stage.account.requestReview(run);
		expect((await node.poll()).map(({ json }) => json.node_exec_id)).toEqual([second]);
	});

	it.each([
		['cannot be read', busy(503)],
		['comes as a page', { html: 200 }],
		['comes as half an answer', { halved: 200 }],
		['may not be seen', { status: 403 }],
		['is gone', { status: 404 }],
	])('reports a review without its run when that %s, and of all others', async (_, kind) => {
		const node = trigger({ events: ['reviewRequested', 'runFinished'] });
		await node.poll();
		const [bad, good] = [stage.account.startRun(agentId), stage.account.startRun(agentId)];
		const over = stage.account.startRun(agentId);
		stage.account.finishRun(over);
		const [first, second] = [bad, good].map((run) => stage.account.requestReview(run));
		stage.emulator.faults.add({ path: new RegExp(`/runs/${bad}$`), times: Infinity, kind });
		const items = await node.poll();
		expect(items).toHaveLength(3);
		expect(names(items)).toContain(`run.finished ${over}`);
		const runs = new Map(items.map(({ json }) => [json.node_exec_id, json.run]));
		expect(runs.get(first)).toBeNull();
		expect(runs.get(second)).toMatchObject({ id: good });
		expect(await node.poll()).toEqual([]);
	});

	it.each([401, 402, 429])('keeps reviews back when their runs get status %i', async (status) => {
		const node = trigger({ events: ['reviewRequested'] });
		await node.poll();
		const review = stage.account.requestReview(stage.account.startRun(agentId));
		stage.emulator.faults.add({ path: /\/runs\/[^/]+$/, times: Infinity, kind: busy(status) });
		await expect(node.poll()).rejects.toMatchObject({ httpCode: String(status) });
		stage.emulator.faults.clear();
		expect((await node.poll()).map(({ json }) => json.node_exec_id)).toEqual([review]);
	});

	it('reports a run although its agent cannot be read for the link', async () => {
		const node = trigger({ events: ['runStarted'], agents: {} });
		await node.poll();
		stage.emulator.faults.add({ path: /library-agent/, times: Infinity, kind: busy(503) });
		const run = stage.account.startRun(agentId);
		const items = await node.poll();
		expect(names(items)).toEqual([`run.started ${run}`]);
		expect(items[0]?.json).toMatchObject({ agent_id: null, url: null });
	});

	it('reports files and agents that are added, and of a low balance', async () => {
		const node = trigger({
			events: ['fileAdded', 'agentChanged', 'creditLow'],
			creditLimitCents: 500,
		});
		expect(await node.poll()).toEqual([]);
		const file = stage.account.addFile('notes.txt', 'Hello');
		const added = stage.account.createAgent(greetingAgent);
		stage.account.balance = 499;
		const items = await node.poll();
		expect(items.map(({ json }) => json.event)).toEqual([
			'file.added',
			'agent.added',
			'credit.low',
		]);
		expect(items[0]?.json).toMatchObject({ id: file.file_uri.match(/\/\/([^#]+)/)?.[1] });
		expect(items[1]?.json).toMatchObject({ id: added.agentId });
		expect(await node.poll()).toEqual([]);
		stage.account.balance = 10_000;
		await node.poll();
		stage.account.balance = 400;
		expect((await node.poll()).map(({ json }) => json.event)).toEqual(['credit.low']);
	});

	describe('of the agents of the library', () => {
		const watch = () => trigger({ events: ['agentChanged'], agents: {} });
		const reported = (items: Array<{ json: object }>) =>
			items.map(({ json }) => {
				const { event, id } = json as { event: string; id: string };
				return `${event} ${id}`;
			});

		it('reports nothing when they only run', async () => {
			const node = watch();
			await node.poll();
			stage.emulator.clock.advance(2 * OVERLAP_MS);
			const before = (await listed()).find(({ id }) => id === agentId)?.updated_at;
			stage.account.finishRun(stage.account.startRun(agentId));
			expect((await listed()).find(({ id }) => id === agentId)?.updated_at).not.toBe(before);
			expect(await node.poll()).toEqual([]);
			expect(await node.restart().poll()).toEqual([]);
		});

		it('reports each change once, whatever runs in between', async () => {
			const node = watch();
			await node.poll();
			await change({ is_favorite: true });
			stage.account.finishRun(stage.account.startRun(agentId));
			const [first, ...rest] = await node.poll();
			expect(rest).toEqual([]);
			expect(first?.json).toMatchObject({ event: 'agent.changed', id: agentId, is_favorite: true });
			stage.account.finishRun(stage.account.startRun(agentId));
			expect(await node.restart().poll()).toEqual([]);
			await change({ is_favorite: false });
			await node.poll();
			await change({ is_favorite: true });
			const [again] = await node.poll();
			expect(again?.json.event_id).not.toBe(first?.json.event_id);
		});

		it('reports again under the same ID what n8n could not store, though the agent ran since', async () => {
			const node = watch();
			await node.poll();
			const kept = node.staticData();
			await change({ is_favorite: true });
			const [first] = await node.poll();
			stage.emulator.clock.advance(1_000);
			stage.account.finishRun(stage.account.startRun(agentId));
			const [again] = await node.restart({ staticData: kept }).poll();
			expect(again?.json.event_id).toBe(first?.json.event_id);
		});

		it('reports nothing when it goes on from the state of an earlier version', async () => {
			const node = watch();
			await node.poll();
			const { account, owner } = storedState(node);
			const since = stage.emulator.clock.now().getTime() - OVERLAP_MS;
			const agents = { since, seen: { [agentId]: since + 1 } };
			const state = { version: 1, owner, account, graphs: {}, agents };
			const staticData = JSON.stringify({ 'node:AutoGPT Trigger': { state } });
			stage.account.finishRun(stage.account.startRun(agentId));
			const next = node.restart({ staticData });
			const { agentId: added } = stage.account.createAgent(greetingAgent, { manual: true });
			const items = reported(await next.poll());
			expect(items).toContain(`agent.added ${added}`);
			expect(items).not.toContain(`agent.changed ${agentId}`);
			expect(items.filter((item) => item.startsWith('agent.changed'))).toEqual([]);
			await change({ is_favorite: true });
			expect(reported(await next.poll())).toEqual([`agent.changed ${agentId}`]);
		});

		const call = async (method: string, path: string, body?: object) =>
			await fetch(`${stage.emulator.baseUrl}${path}`, {
				method,
				headers: { 'X-API-Key': stage.key, 'Content-Type': 'application/json' },
				body: body && JSON.stringify(body),
			});

		async function change(fields: object): Promise<void> {
			const { ok } = await call('PATCH', `/library/agents/${agentId}`, fields);
			expect(ok).toBe(true);
		}

		async function listed(): Promise<Array<{ id: string; updated_at: string }>> {
			const response = await call('GET', '/library/agents?limit=100');
			return ((await response.json()) as { items: Array<{ id: string; updated_at: string }> })
				.items;
		}
	});

	describe('refuses', () => {
		const empty = { agentId: rl('', 'list') };

		it.each<[string, INodeParameters, string]>([
			[
				'an empty row among the agents',
				{ agents: { agent: [empty] } },
				"Row 1 of 'Agents' is empty",
			],
			['an event that it does not know', { events: ['runBegun'] }, "'runBegun' is not a choice"],
			['an outcome that it does not know', { outcomes: ['good'] }, "'good' is not a choice"],
			['an output that it does not know', { options: { output: 'all' } }, "'all' is not a choice"],
			['a switch that is none', { options: { downloadFiles: 'maybe' } }, 'neither true nor false'],
			...['', 'abc', -1].map((creditLimitCents): [string, INodeParameters, string] => [
				`a balance limit of '${creditLimitCents}'`,
				{ events: ['creditLow'], creditLimitCents },
				"'Balance Limit (Cents)' is not a number",
			]),
		])('%s', async (_, parameters, message) => {
			const node = trigger(parameters);
			await expect(node.poll()).rejects.toThrow(message);
			expect(node.staticData()).not.toContain('state');
		});
	});

	it('starts afresh in a copy of the workflow', async () => {
		const node = trigger();
		await node.poll();
		const id = stage.account.startRun(agentId);
		stage.account.finishRun(id);
		expect(await node.restart({ workflowId: 'copy' }).poll()).toEqual([]);
		expect(await node.restart({ nodeId: 'copy' }).poll()).toEqual([]);
		expect(names(await node.poll())).toEqual([`run.finished ${id}`]);
	});

	it('goes on where it was after the node was renamed', async () => {
		const node = trigger();
		await node.poll();
		const [reported, unreported] = [
			stage.account.startRun(agentId),
			stage.account.startRun(agentId),
		];
		stage.account.finishRun(reported);
		expect(await node.poll()).toHaveLength(1);
		stage.account.finishRun(unreported);
		const renamed = node.republish({ nodeName: 'Run done' });
		expect(names(await renamed.poll())).toEqual([`run.finished ${unreported}`]);
		expect(await renamed.poll()).toEqual([]);
	});

	it('reports nothing again after the node got an earlier name back', async () => {
		const node = trigger();
		await node.poll();
		const [first, second] = [stage.account.startRun(agentId), stage.account.startRun(agentId)];
		const other = node.republish({ nodeName: 'Other name' });
		stage.account.finishRun(first);
		expect(names(await other.poll())).toEqual([`run.finished ${first}`]);
		stage.account.finishRun(second);
		const back = other.republish({ nodeName: 'AutoGPT Trigger' });
		expect(names(await back.poll())).toEqual([`run.finished ${second}`]);
		expect(await back.restart().poll()).toEqual([]);
	});

	it('reports again what n8n could not store', async () => {
		const node = trigger();
		await node.poll();
		const kept = node.staticData();
		const id = stage.account.startRun(agentId);
		stage.account.finishRun(id);
		expect(names(await node.poll())).toEqual([`run.finished ${id}`]);
		const again = node.republish({ staticData: kept });
		expect(names(await again.poll())).toEqual([`run.finished ${id}`]);
	});

	it('goes on where it was when n8n kept nothing of the first poll', async () => {
		const node = trigger();
		await node.poll();
		const run = stage.account.startRun(agentId);
		stage.account.finishRun(run);
		const next = node.republish({ staticData: '{}' });
		expect(names(await next.poll())).toEqual([`run.finished ${run}`]);
		expect(await next.restart().poll()).toEqual([]);
	});

	it('emits no old run when an agent is added, and follows it from then on', async () => {
		const other = stage.account.createAgent(greetingAgent, { manual: true });
		const node = trigger();
		await node.poll();
		const before = stage.account.startRun(other.agentId);
		stage.account.finishRun(before);
		const open = stage.account.startRun(other.agentId);
		const mine = stage.account.startRun(agentId);
		stage.account.finishRun(mine);
		const wider = node.restart({
			parameters: { ...node.parameters, agents: {} },
		});
		expect(names(await wider.poll())).toEqual([`run.finished ${mine}`]);
		stage.account.finishRun(open);
		expect(names(await wider.poll())).toEqual([`run.finished ${open}`]);
	});

	it.each([
		['cannot be read', busy(503)],
		['comes as a page', { html: 200 }],
		['comes as half an answer', { halved: 200 }],
		['is not found, says a page', { html: 404 }],
	])('holds no other run back when one %s, and reports it in the end', async (_, kind) => {
		const node = trigger();
		await node.poll();
		const [bad, good] = [stage.account.startRun(agentId), stage.account.startRun(agentId)];
		stage.account.finishRun(bad);
		stage.account.finishRun(good);
		const path = new RegExp(`/runs/${bad}$`);
		stage.emulator.faults.add({ path, times: Infinity, kind });
		expect(names(await node.poll())).toEqual([`run.finished ${good}`]);
		for (let poll = 2; poll < 10; poll++) expect(await node.poll()).toEqual([]);
		const [item] = await node.restart().poll();
		expect(item?.json).toMatchObject({ event: 'run.finished', id: bad, outputs: null });
		expect(item?.json.read_failure).toEqual(expect.any(String));
	});

	it('reads a run again whose answer was lost', async () => {
		const node = trigger();
		await node.poll();
		const [lost, good] = [stage.account.startRun(agentId), stage.account.startRun(agentId)];
		stage.account.finishRun(lost);
		stage.account.finishRun(good);
		const path = new RegExp(`/runs/${lost}$`);
		stage.emulator.faults.add({ path, times: 3, kind: { before: 'drop' } });
		expect(names(await node.poll())).toEqual([`run.finished ${good}`]);
		const [item] = await node.poll();
		expect(item?.json).toMatchObject({ id: lost, outcome: 'completed' });
	}, 20_000);

	it('downloads the files among the outputs, and reports the run without those it cannot have', async () => {
		const node = trigger({ options: { downloadFiles: true } });
		await node.poll();
		const { file_uri: there } = stage.account.addFile('poem.txt', 'Roses are red');
		const [good, bad] = [stage.account.startRun(agentId), stage.account.startRun(agentId)];
		stage.account.finishRun(good, 'COMPLETED', { poem: [there] });
		stage.account.finishRun(bad, 'COMPLETED', { poem: ['workspace://gone#text/plain'] });
		const items = await node.poll();
		expect(names(items)).toEqual([`run.finished ${good}`, `run.finished ${bad}`]);
		const { data, fileName, mimeType } = items[0]?.binary?.poem ?? { data: '' };
		expect({ fileName, mimeType }).toEqual({ fileName: 'poem.txt', mimeType: 'text/plain' });
		expect(Buffer.from(data, 'base64').toString()).toBe('Roses are red');
		expect(items[1]?.binary).toBeUndefined();
		expect(items[1]?.json.file_failure).toContain("output 'poem'");
		expect(await node.poll()).toEqual([]);
	});

	it('reports runs whose files are at a store out of reach, after some tries', async () => {
		const node = trigger({ options: { downloadFiles: true } });
		await node.poll();
		const { file_uri: there } = stage.account.addFile('away.txt', 'Violets are blue');
		const [bad, good] = [stage.account.startRun(agentId), stage.account.startRun(agentId)];
		stage.account.finishRun(bad, 'COMPLETED', { poem: [there], title: ['Violets'] });
		stage.account.finishRun(good);
		const kind = { redirect: 'http://127.0.0.1:9/away.txt' };
		stage.emulator.faults.add({ path: /\/files\/.+\/download/, times: Infinity, kind });
		expect(names(await node.poll())).toEqual([`run.finished ${good}`]);
		for (let poll = 2; poll < 10; poll++) expect(await node.poll()).toEqual([]);
		const again = node.restart();
		const [item] = await again.poll();
		expect(item?.json).toMatchObject({ id: bad, outputs: { title: 'Violets' } });
		expect(item?.json.file_failure).toContain('127.0.0.1:9');
		expect(item?.binary).toBeUndefined();
		expect(await again.poll()).toEqual([]);
	});

	it.each([403, 404])(
		'reports a run at once whose file the store refuses with %d',
		async (status) => {
			const node = trigger({ options: { downloadFiles: true } });
			await node.poll();
			const { file_uri: there } = stage.account.addFile(`refused-${status}.txt`, 'No');
			const run = stage.account.startRun(agentId);
			stage.account.finishRun(run, 'COMPLETED', { poem: [there] });
			stage.emulator.faults.add({ path: /\/signed\//, times: Infinity, kind: { status } });
			const [item] = await node.poll();
			expect(item?.json).toMatchObject({
				id: run,
				file_failure: expect.stringContaining('localhost'),
			});
			expect(item?.binary).toBeUndefined();
		},
	);

	it('brings files along that come at a later poll', async () => {
		const node = trigger({ options: { downloadFiles: true } });
		await node.poll();
		const { file_uri: there } = stage.account.addFile('late.txt', 'Late');
		const run = stage.account.startRun(agentId);
		stage.account.finishRun(run, 'COMPLETED', { poem: [there] });
		const kind = { redirect: 'http://127.0.0.1:9/late.txt' };
		stage.emulator.faults.add({ path: /\/files\/.+\/download/, times: Infinity, kind });
		expect(await node.poll()).toEqual([]);
		stage.emulator.faults.clear();
		const [item] = await node.poll();
		expect(item?.binary?.poem).toMatchObject({ fileName: 'late.txt' });
		expect(item?.json).not.toHaveProperty('file_failure');
	});

	it('keeps a run back while the key is refused for its files', async () => {
		const node = trigger({ options: { downloadFiles: true } });
		await node.poll();
		const { file_uri: there } = stage.account.addFile('kept.txt', 'Kept');
		const run = stage.account.startRun(agentId);
		stage.account.finishRun(run, 'COMPLETED', { poem: [there] });
		stage.emulator.faults.add({ path: /\/files\/.+\/download/, kind: { status: 401 } });
		await expect(node.poll()).rejects.toMatchObject({ failure: { cause: 'credential-invalid' } });
		expect(names(await node.poll())).toEqual([`run.finished ${run}`]);
	});

	it('drops runs that are deleted', async () => {
		const node = trigger();
		const run = stage.account.startRun(agentId);
		await node.poll();
		stage.account.run(run).deleted = true;
		expect(await node.poll()).toEqual([]);
		expect(await node.poll()).toEqual([]);
	});

	it('shows a recent event for building, and leaves the state alone', async () => {
		const node = trigger();
		await expect(node.poll('manual')).rejects.toMatchObject({
			message: 'There is no such event yet',
			description: expect.stringContaining('run one of the agents to its end'),
		});
		const run = stage.account.startRun(agentId);
		stage.account.finishRun(run, 'COMPLETED', { greeting: ['Hello!'] });
		expect(names(await node.poll('manual'))).toEqual([`run.finished ${run}`]);
		expect(node.staticData()).toBe('{}');
	});

	it.each(['runFinished', 'runStarted'])(
		'shows a recent event %s of an agent whose runs are not among the newest',
		async (event) => {
			const run = stage.account.startRun(agentId);
			stage.account.finishRun(run);
			const other = stage.account.createAgent(greetingAgent, { manual: true });
			for (let number = 0; number < 101; number++) {
				stage.account.finishRun(stage.account.startRun(other.agentId));
			}
			const [item] = await trigger({ events: [event] }).poll('manual');
			expect(item?.json).toMatchObject({ id: run, agent_id: agentId });
		},
	);

	it('says what to do about a revoked key, as a kind of failure that n8n knows', async () => {
		const key = stage.account.createKey();
		const node = trigger();
		const revoked = node.restart({
			credential: { apiKey: key, baseUrl: stage.emulator.baseUrl },
		});
		await revoked.poll();
		stage.account.revokeKey(key);
		await expect(revoked.poll()).rejects.toMatchObject({
			failure: { cause: 'credential-invalid' },
		});
	});

	it('does not poll twice at once', async () => {
		const node = trigger();
		await node.poll();
		const id = stage.account.startRun(agentId);
		stage.account.finishRun(id);
		const both = await Promise.all([node.poll(), node.poll()]);
		expect(names(both.flat())).toEqual([`run.finished ${id}`]);
	});

	it('forgets finished runs once they are listed no more', async () => {
		const node = trigger();
		await node.poll();
		for (let round = 0; round < 3; round++) {
			const ids = Array.from({ length: 20 }, () => stage.account.startRun(agentId));
			ids.forEach((id) => stage.account.finishRun(id));
			expect(await node.poll()).toHaveLength(20);
			stage.emulator.clock.advance(3 * OVERLAP_MS);
		}
		// The first poll lists the last round once more, since the one before it began there.
		expect(await node.poll()).toEqual([]);
		stage.emulator.clock.advance(3 * OVERLAP_MS);
		expect(await node.poll()).toEqual([]);
		const { state } = Object.values(JSON.parse(node.staticData()) as object)[0] as {
			state: { runs: { seen: object } };
		};
		expect(Object.keys(state.runs.seen)).toEqual([]);
	});
});
