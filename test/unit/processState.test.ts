import { KeyedState } from '../../client/process/keyedState';
import { ObjectIds } from '../../client/process/objectIds';
import {
	rateLimiters,
	resetProcessState,
	startLedger,
	tokenManagers,
	toolCallIds,
	turns,
} from '../../client/process/processState';
import { Turns } from '../../client/process/turns';

describe('State by credential', () => {
	const make = () => ({ isInUse: false });
	const bounds = { maxEntries: 3, maxIdleMs: 1_000 };

	afterEach(() => jest.useRealTimers());

	test('is one for each credential', () => {
		const state = new KeyedState(make, bounds);
		expect(state.of('a')).toBe(state.of('a'));
		expect(state.of('a')).not.toBe(state.of('b'));
	});

	test('forgets what was used longest ago when there is too much', () => {
		const state = new KeyedState(make, bounds);
		const [a, b] = ['a', 'b', 'c'].map((key) => state.of(key));
		state.of('a');
		state.of('d');
		expect(state.size).toBe(3);
		expect(state.of('a')).toBe(a);
		expect(state.of('b')).not.toBe(b);
	});

	test('forgets what was not used for long', () => {
		jest.useFakeTimers();
		const state = new KeyedState(make, bounds);
		state.of('a');
		jest.advanceTimersByTime(1_001);
		state.of('b');
		expect(state.size).toBe(1);
	});

	test('never forgets what is in use', () => {
		jest.useFakeTimers();
		const state = new KeyedState(make, bounds);
		const used = state.of('used');
		used.isInUse = true;
		for (const key of ['a', 'b', 'c', 'd']) state.of(key);
		jest.advanceTimersByTime(1_001);
		state.of('e');
		expect(state.size).toBe(2);
		expect(state.of('used')).toBe(used);
	});

	test('gives the entry that is asked for though all others are in use', () => {
		const state = new KeyedState(() => ({ isInUse: true }), bounds);
		const entries = ['a', 'b', 'c', 'd', 'e'].map((key) => state.of(key));
		expect(['a', 'b', 'c', 'd', 'e'].map((key) => state.of(key))).toEqual(entries);
	});
});

describe('Turns', () => {
	test('let tasks of one key follow each other, whatever becomes of them', async () => {
		const order: string[] = [];
		const kind = new Turns();
		const first = kind.take('a', async () => {
			await Promise.resolve();
			order.push('first');
			throw new Error('broken');
		});
		const second = kind.take('a', async () => await Promise.resolve(order.push('second')));
		const other = kind.take('b', async () => await Promise.resolve(order.push('other')));
		expect(kind.size).toBe(2);
		await expect(first).rejects.toThrow('broken');
		await Promise.all([second, other]);
		expect(order.indexOf('first')).toBeLessThan(order.indexOf('second'));
		expect(kind.size).toBe(0);
	});
});

describe('IDs of objects', () => {
	test('stay with their objects', () => {
		const ids = new ObjectIds();
		const [one, other] = [{}, {}];
		expect(ids.of(one)).toBe(ids.of(one));
		expect(ids.of(one)).not.toBe(ids.of(other));
	});
});

test('One call resets all that the process remembers', () => {
	const call = {};
	const before = [rateLimiters.of('a'), tokenManagers.of('a'), toolCallIds.of(call)];
	const attempt = { credentialKey: 'a', attemptId: 'b' };
	const content = { agentId: 'c', key: 'd', isOwnKey: false, body: { inputs: {} }, digest: 'e' };
	startLedger.open(attempt, content);
	void turns.take('a', async () => await new Promise(() => undefined));
	resetProcessState();
	const after = [rateLimiters.of('a'), tokenManagers.of('a'), toolCallIds.of(call)];
	after.forEach((state, index) => expect(state).not.toBe(before[index]));
	expect(startLedger.find(attempt)).toBeUndefined();
	expect(turns.size).toBe(0);
});
