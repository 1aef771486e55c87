import type { sleep } from 'n8n-workflow';

import type { AutoGptClient } from '../../client/http/client';
import { greetingAgent } from '../emulator/agents';
import { Client } from '../emulator/client.cts';
import { startEmulator, type Account, type Emulator } from '../emulator/index.cts';

const TICK_MS = 20;
const MINUTE_MS = 60_000;
const LIMIT = 200;
/** Requests that somebody else has made of the first minute. */
const USED = 120;
const CALLS = 100;
const STARTS = 70;
const AT_ONCE = 20;
/** Of forty requests that are under way when a minute is used up, some cross each other. */
const MOST_REFUSED = 30;
/** The next window begins within a minute, and may be used up by the other one again. */
const LONGEST_MS = 2 * MINUTE_MS;
const TEST_TIMEOUT_MS = 120_000;

/** Someone who waits, on a clock that jumps ahead where nobody does anything else. */
interface Sleeper {
	due: number;
	wake: () => void;
}

const mockSleepers = new Set<Sleeper>();
const mockAhead = { ms: 0 };
const mockNow = () => performance.now() + mockAhead.ms;

jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<{ sleep: typeof sleep }>('n8n-workflow');
	const jumping: typeof sleep = async (ms, signal) => {
		signal?.throwIfAborted();
		await new Promise<void>((wake, reject) => {
			const sleeper: Sleeper = { due: mockNow() + ms, wake };
			mockSleepers.add(sleeper);
			signal?.addEventListener('abort', () => {
				mockSleepers.delete(sleeper);
				reject(signal.reason as Error);
			});
		});
	};
	return { ...actual, sleep: jumping };
});
jest.mock('../../client/util/monotonic', () => ({ monotonicNow: () => mockNow() }));

/** What one worker of n8n did. */
interface Done {
	/** How long the longest of its calls took, in milliseconds of AutoGPT's clock. */
	longestMs: number;
	failures: unknown[];
}

/** What came to AutoGPT within one minute of its clock. */
interface Minute {
	taken: number;
	refused: number;
	/** Requests of each worker. */
	shares: number[];
}

/** An n8n worker: the client with all that it keeps at module level, for itself. */
async function startWorker(account: Account, baseUrl: string): Promise<AutoGptClient> {
	let opened: AutoGptClient | undefined;
	await jest.isolateModulesAsync(async () => {
		const { openClientFor } = await import('../harness/client.cts');
		opened = await openClientFor({ apiKey: account.createKey(), baseUrl });
	});
	if (!opened) throw new Error('No worker was started.');
	return opened;
}

/** Makes so many calls, many of them at the same time. */
async function work(calls: number, call: () => Promise<unknown>): Promise<Done> {
	const done: Done = { longestMs: 0, failures: [] };
	let left = calls;
	const lane = async () => {
		while (left > 0) {
			left -= 1;
			const began = mockNow();
			await call().catch((error: unknown) => done.failures.push(error));
			done.longestMs = Math.max(done.longestMs, mockNow() - began);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
	return done;
}

describe('Two workers of n8n that share an account', () => {
	let emulator: Emulator;
	let account: Account;
	let ticks: NodeJS.Timeout;
	let one: AutoGptClient;
	let other: AutoGptClient;

	let seen = 0;

	/** Wakes those whose time has come; where all wait, it comes at once, for AutoGPT as well. */
	function tick(): void {
		const { requests, clock } = emulator;
		const isBusy = requests.length !== seen || requests.some(({ status }) => status === 0);
		seen = requests.length;
		const next = Math.min(...[...mockSleepers].map(({ due }) => due));
		if (!isBusy && Number.isFinite(next) && next > mockNow()) {
			const jump = next - mockNow();
			mockAhead.ms += jump;
			clock.advance(jump);
		}
		for (const sleeper of mockSleepers) {
			if (sleeper.due > mockNow()) continue;
			mockSleepers.delete(sleeper);
			sleeper.wake();
		}
	}

	beforeAll(async () => {
		emulator = await startEmulator({ limits: true });
		account = emulator.createAccount();
		ticks = setInterval(tick, TICK_MS);
		one = await startWorker(account, emulator.baseUrl);
		other = await startWorker(account, emulator.baseUrl);
	});

	afterAll(async () => {
		clearInterval(ticks);
		expect(emulator.contractViolations).toEqual([]);
		await emulator.close();
	});

	/** A new minute of AutoGPT's clock, of which there is less left than the workers want. */
	async function beginMinute(): Promise<void> {
		const { clock } = emulator;
		clock.advance(MINUTE_MS - (clock.now().getTime() % MINUTE_MS));
		const stranger = new Client(emulator, account);
		await Promise.all(Array.from({ length: USED }, () => stranger.call('GET', '/runs?limit=1')));
	}

	/** The minutes of AutoGPT's clock since so many requests, with what each worker sent in them. */
	function minutesSince(before: number): Minute[] {
		const requests = emulator.requests.slice(before);
		const keys = [...new Set(requests.map(({ headers }) => headers['x-api-key']))];
		const minuteOf = ({ at }: { at: Date }) => Math.floor(at.getTime() / MINUTE_MS);
		return [...new Set(requests.map(minuteOf))].map((minute) => {
			const of = requests.filter((request) => minuteOf(request) === minute);
			return {
				taken: of.filter(({ status }) => status !== 429).length,
				refused: of.filter(({ status }) => status === 429).length,
				shares: keys.map((key) => of.filter(({ headers }) => headers['x-api-key'] === key).length),
			};
		});
	}

	const read = async (client: AutoGptClient) =>
		await work(CALLS, async () => await client.call('listRuns', { query: { limit: 1 } }));

	test(
		'adapt to each other by the headers, and are hardly ever refused',
		async () => {
			await beginMinute();
			const before = emulator.requests.length;
			const [mine, others] = await Promise.all([read(one), read(other)]);
			expect([mine.failures, others.failures]).toEqual([[], []]);
			expect(mine.longestMs).toBeLessThan(LONGEST_MS);
			expect(others.longestMs).toBeLessThan(LONGEST_MS);
			const minutes = minutesSince(before);
			expect(minutes.length).toBeGreaterThan(1);
			for (const { taken, refused, shares } of minutes) {
				expect(refused).toBeLessThanOrEqual(MOST_REFUSED);
				if (taken < LIMIT - USED) continue;
				expect(Math.min(...shares)).toBeGreaterThan(taken / 4);
			}
		},
		TEST_TIMEOUT_MS,
	);

	test(
		'let starts of one through while the other reads as fast as it can',
		async () => {
			const { agentId } = account.createAgent(greetingAgent);
			await beginMinute();
			const before = emulator.requests.length;
			const start = async () =>
				await one.call('startAgentRun', {
					path: { agent_id: agentId },
					body: { inputs: { name: 'Ada' } },
				});
			const [starts, reads] = await Promise.all([work(STARTS, start), read(other)]);
			expect([starts.failures, reads.failures]).toEqual([[], []]);
			expect(account.runs()).toHaveLength(STARTS);
			expect(starts.longestMs).toBeLessThan(LONGEST_MS);
			expect(reads.longestMs).toBeLessThan(LONGEST_MS);
			for (const { refused } of minutesSince(before)) {
				expect(refused).toBeLessThanOrEqual(MOST_REFUSED);
			}
		},
		TEST_TIMEOUT_MS,
	);
});
