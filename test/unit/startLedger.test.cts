import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { StartLedger } from '../../client/process/startLedger';
import type { Run } from '../../client/contract/types';

const run: Run = {
	id: 'run-1',
	graph_id: 'graph-1',
	graph_version: 1,
	status: 'QUEUED',
	started_at: null,
	ended_at: null,
	inputs: { name: 'Ada' },
	credentials_inputs: null,
	preset_id: null,
	is_shared: false,
	share_token: 'secret',
	cost_cents: 0,
	duration_seconds: 0,
	node_exec_count: 0,
	correctness_score: null,
	organization_id: 'organization-1',
	team_id: null,
};

const sent = (name: string) => ({
	agentId: 'agent-1',
	key: `key-${name}`,
	isOwnKey: false,
	body: { inputs: { name } },
	digest: `digest-${name}`,
});
const same = sent('same');
const attempt = (attemptId: string, credentialKey = 'credential-1') => ({
	credentialKey,
	attemptId,
});
/** An execution of n8n, which ends when nothing holds it any more. */
let ended: object | undefined;

/** A reference is held to the end of its turn. */
async function collectGarbage(): Promise<void> {
	setFlagsFromString('--expose_gc');
	const collect = runInNewContext('gc') as () => void;
	await new Promise((resume) => setImmediate(resume));
	collect();
}

const bounds = { maxEntries: 100, maxIdleMs: 60_000 };

describe('The ledger of starts', () => {
	let ledger: StartLedger;

	beforeEach(() => {
		ledger = new StartLedger(bounds);
	});

	afterEach(() => jest.useRealTimers());

	it('holds bodies as far as there is room, and else their digests', () => {
		const small = new StartLedger(bounds, JSON.stringify(same.body).length);
		expect(small.open(attempt('first'), same).sent?.body).toEqual(same.body);
		const second = small.open(attempt('second'), same);
		expect(second.sent).toMatchObject({ key: same.key, digest: same.digest });
		expect(second.sent?.body).toBeUndefined();
		small.release(attempt('first'));
		small.settle(attempt('first'), run);
		expect(small.open(attempt('third'), same).sent?.body).toEqual(same.body);
		small.forget(attempt('third'));
		expect(small.open(attempt('fourth'), same).sent?.body).toEqual(same.body);
	});

	test('keeps the first time of a start, and its run without what is large or secret', () => {
		const start = ledger.open(attempt('a'), same);
		expect(ledger.open(attempt('a'), sent('later'))).toBe(start);
		expect(start.sent).toEqual(same);
		ledger.settle(attempt('a'), run);
		expect(ledger.find(attempt('a'))?.run).toEqual({ ...run, inputs: null, share_token: null });
		expect(ledger.find(attempt('a'))?.sent).toBeUndefined();
	});

	test('knows whose a run is', () => {
		ledger.open(attempt('a'), same);
		ledger.settle(attempt('a'), run);
		expect(ledger.isTaken('run-1', attempt('b'))).toBe(true);
		expect(ledger.isTaken('run-1', attempt('a'))).toBe(false);
		ledger.forget(attempt('a'));
		expect(ledger.isTaken('run-1', attempt('b'))).toBe(false);
	});

	test('shows no start to another credential, but takes care not to take its run', () => {
		ledger.open(attempt('a'), same);
		expect(ledger.find(attempt('a', 'credential-2'))).toBeUndefined();
		ledger.open(attempt('a', 'credential-2'), same);
		ledger.settle(attempt('a'), run);
		expect(ledger.isTaken('run-1', attempt('a', 'credential-2'))).toBe(true);
	});

	test('forgets the starts that were used longest ago, but none that is under way', () => {
		for (let index = 0; index < 100; index++) {
			ledger.open(attempt(`start-${index}`), same);
			if (index > 0) ledger.release(attempt(`start-${index}`));
		}
		// Used again, and therefore kept.
		ledger.open(attempt('start-1'), same);
		ledger.release(attempt('start-1'));
		ledger.open(attempt('new'), same);
		expect(ledger.size).toBe(100);
		expect(ledger.find(attempt('start-0'))).toBeDefined();
		expect(ledger.find(attempt('start-1'))).toBeDefined();
		expect(ledger.find(attempt('start-2'))).toBeUndefined();
	});

	test('forgets no start of an execution that lives, however many there are', () => {
		const living = {};
		for (let index = 0; index < 300; index++) {
			ledger.open(attempt(`living-${index}`), same, { execution: living });
			ledger.release(attempt(`living-${index}`));
		}
		ledger.open(attempt('new'), same);
		ledger.release(attempt('new'));
		expect(ledger.size).toBe(301);
		expect(ledger.find(attempt('living-0'))).toBeDefined();
	});

	test('forgets the starts of an execution once n8n has let go of it', async () => {
		ended = {};
		for (let index = 0; index < 300; index++) {
			ledger.open(attempt(`ended-${index}`), same, { execution: ended });
			ledger.release(attempt(`ended-${index}`));
		}
		ended = undefined;
		await collectGarbage();
		ledger.open(attempt('new'), same, { execution: {} });
		expect(ledger.size).toBe(bounds.maxEntries);
		expect(ledger.find(attempt('ended-0'))).toBeUndefined();
		expect(ledger.find(attempt('new'))).toBeDefined();
	});

	test('keeps a start for the execution that repeats it', () => {
		ledger.open(attempt('a'), same);
		ledger.release(attempt('a'));
		const living = {};
		ledger.open(attempt('a'), same, { execution: living });
		ledger.release(attempt('a'));
		for (let index = 0; index < 300; index++) {
			ledger.open(attempt(`other-${index}`), same);
			ledger.release(attempt(`other-${index}`));
		}
		expect(ledger.find(attempt('a'))).toBeDefined();
		expect(ledger.size).toBe(bounds.maxEntries);
	});

	test('keeps the time of the server at the first try, where it was known', () => {
		ledger.open(attempt('a'), same, { serverTime: 5 });
		expect(ledger.open(attempt('a'), same, { serverTime: 9 }).serverSentAt).toBe(5);
	});

	test('forgets starts that were not used for long, but none that is under way', () => {
		jest.useFakeTimers();
		ledger.open(attempt('under way'), same);
		ledger.open(attempt('old'), same);
		ledger.settle(attempt('old'), run);
		ledger.release(attempt('old'));
		jest.advanceTimersByTime(bounds.maxIdleMs + 1);
		ledger.open(attempt('new'), same);
		expect(ledger.find(attempt('old'))).toBeUndefined();
		expect(ledger.isTaken('run-1', attempt('new'))).toBe(false);
		expect(ledger.find(attempt('under way'))).toBeDefined();
	});

	test('keeps a start up to its longest idle time, counted from its last use', () => {
		jest.useFakeTimers();
		const use = (attemptId: string) => {
			ledger.open(attempt(attemptId), same);
			ledger.release(attempt(attemptId));
		};
		use('old');
		use('used again');
		jest.advanceTimersByTime(bounds.maxIdleMs - 1);
		use('used again');
		jest.advanceTimersByTime(1);
		use('new');
		expect(ledger.find(attempt('old'))).toBeDefined();
		jest.advanceTimersByTime(1);
		use('newer');
		expect(ledger.find(attempt('old'))).toBeUndefined();
		expect(ledger.find(attempt('used again'))).toBeDefined();
	});

	test('keeps a start until each who uses it has released it', () => {
		jest.useFakeTimers();
		const age = (attemptId: string) => {
			jest.advanceTimersByTime(bounds.maxIdleMs + 1);
			ledger.open(attempt(attemptId), same);
		};
		ledger.open(attempt('a'), same);
		ledger.open(attempt('a'), same);
		ledger.release(attempt('a'));
		age('first');
		expect(ledger.find(attempt('a'))).toBeDefined();
		ledger.release(attempt('a'));
		age('second');
		expect(ledger.find(attempt('a'))).toBeUndefined();
	});

	test('keeps the starts of an execution that lives, however old they are', () => {
		jest.useFakeTimers();
		const living = {};
		ledger.open(attempt('a'), same, { execution: living });
		ledger.release(attempt('a'));
		// Whoever looks again without an execution does not take it out of the one that it has.
		ledger.open(attempt('a'), same);
		ledger.release(attempt('a'));
		jest.advanceTimersByTime(10 * bounds.maxIdleMs);
		ledger.open(attempt('new'), same);
		expect(ledger.find(attempt('a'))).toBeDefined();
		expect(living).toEqual({});
	});

	test('forgets what is left of an execution from which a start was taken over', async () => {
		let first: object | undefined = {};
		const second = {};
		for (const attemptId of ['left', 'taken over']) {
			ledger.open(attempt(attemptId), same, { execution: first });
			ledger.release(attempt(attemptId));
		}
		ledger.open(attempt('taken over'), same, { execution: second });
		ledger.release(attempt('taken over'));
		first = undefined;
		await collectGarbage();
		for (let index = 0; index < bounds.maxEntries; index++) {
			ledger.open(attempt(`other-${index}`), same, { execution: second });
		}
		expect([first, ledger.find(attempt('left'))]).toEqual([undefined, undefined]);
		expect(ledger.find(attempt('taken over'))).toBeDefined();
	});

	test('counts a body once, however often its start is opened or ends', () => {
		const small = new StartLedger(bounds, JSON.stringify(same.body).length);
		const holds = (attemptId: string) =>
			small.open(attempt(attemptId), same).sent?.body !== undefined;
		expect([holds('a'), holds('a'), holds('b')]).toEqual([true, true, false]);
		small.settle(attempt('a'), run);
		small.settle(attempt('a'), run);
		small.forget(attempt('a'));
		small.forget(attempt('a'));
		expect([holds('c'), holds('d')]).toEqual([true, false]);
	});

	test('knows which starts went to a server without keys', () => {
		ledger.noteUnkeyed(attempt('a'));
		expect(ledger.size).toBe(0);
		ledger.open(attempt('a'), same);
		ledger.open(attempt('b'), same);
		ledger.noteUnkeyed(attempt('a'));
		expect(ledger.find(attempt('a'))?.isUnkeyed).toBe(true);
		expect(ledger.find(attempt('b'))?.isUnkeyed).toBeUndefined();
	});

	test('knows whose a run is, also where its start was never noted', () => {
		ledger.release(attempt('a'));
		ledger.settle(attempt('a'), run);
		expect(ledger.size).toBe(0);
		expect(ledger.isTaken('run-1', attempt('b'))).toBe(true);
	});

	test('forgets everything at a reset', () => {
		const small = new StartLedger(bounds, JSON.stringify(same.body).length);
		const execution = {};
		small.open(attempt('a'), same, { execution });
		small.open(attempt('b'), same);
		small.settle(attempt('b'), run);
		small.reset();
		expect([small.size, small.find(attempt('a'))]).toEqual([0, undefined]);
		expect(small.isTaken('run-1', attempt('c'))).toBe(false);
		expect(small.open(attempt('a'), same, { execution }).sent?.body).toEqual(same.body);
	});
});
