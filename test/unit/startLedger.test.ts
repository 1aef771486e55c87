import { StartLedger } from '../../client/runs/ledger';
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
	body: { inputs: { name } },
});
const same = sent('same');

describe('The ledger of starts', () => {
	test('keeps the first time of a start, and its run without what is large or secret', () => {
		const ledger = new StartLedger();
		const start = ledger.open('a', same);
		expect(ledger.open('a', sent('later'))).toBe(start);
		expect(start.sent).toEqual(same);
		ledger.settle('a', run);
		expect(ledger.find('a')?.run).toEqual({ ...run, inputs: null, share_token: null });
		expect(ledger.find('a')?.sent).toBeUndefined();
	});

	test('knows whose a run is', () => {
		const ledger = new StartLedger();
		ledger.open('a', same);
		ledger.settle('a', run);
		expect(ledger.isTaken('run-1', 'b')).toBe(true);
		expect(ledger.isTaken('run-1', 'a')).toBe(false);
		ledger.forget('a');
		expect(ledger.isTaken('run-1', 'b')).toBe(false);
	});

	test('tells whether a run may belong to another start of the same content', () => {
		const ledger = new StartLedger();
		ledger.open('a', same);
		ledger.open('b', sent('other'));
		expect(ledger.hasOpenTwin('a')).toBe(false);
		ledger.open('c', same);
		expect(ledger.hasOpenTwin('a')).toBe(true);
		ledger.settle('c', run);
		expect(ledger.hasOpenTwin('a')).toBe(false);
	});

	test('forgets the oldest starts', () => {
		const ledger = new StartLedger();
		for (let index = 0; index <= 5_000; index++) ledger.open(`start-${index}`, same);
		expect(ledger.find('start-0')).toBeUndefined();
		expect(ledger.find('start-1')).toBeDefined();
		expect(ledger.find('start-5000')).toBeDefined();
	});
});
