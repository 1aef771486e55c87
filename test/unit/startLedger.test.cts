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
let ended: object | undefined = {};

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
});
