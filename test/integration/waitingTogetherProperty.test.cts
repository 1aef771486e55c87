import * as fc from 'fast-check';

import {
	cancelSignals,
	rateLimiters,
	resetProcessState,
	runWatchers,
} from '../../client/process/processState';
import type { AutoGptClient } from '../../client/http/client';
import { waitForRuns, type WaitResult } from '../../client/runs/waiting';
import { greetingAgent } from '../emulator/agents';
import type { Account } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';
import { openStageClient } from '../harness/client.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

/** `PROPERTY_RUNS=500 npx jest waitingTogetherProperty` tries as many; `PROPERTY_SEED` repeats. */
const CASES = Number(process.env.PROPERTY_RUNS ?? 15);
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);

const pause = async (ms: number) => await new Promise((resume) => setTimeout(resume, ms));

/** What an execution does, and when, in milliseconds. */
const execution = fc.record({
	account: fc.nat(1),
	joinsAt: fc.nat(250),
	/** When its runs end. */
	ends: fc.array(fc.nat(500), { minLength: 1, maxLength: 3 }),
	stopsAt: fc.option(fc.nat(500), { freq: 3 }),
	limitMs: fc.option(fc.integer({ min: 20, max: 400 }), { freq: 3 }),
});

const kind = fc.constantFrom(
	{ status: 503 },
	{ status: 429, headers: { 'Retry-After': '0' } },
	{ delayMs: 120 },
	{ before: 'drop' as const },
);
const fault = fc.record({ at: fc.nat(400), kind, times: fc.integer({ min: 1, max: 4 }) });

interface Outcome {
	ids: string[];
	results?: Array<WaitResult | undefined>;
	/** How often each wait was said to be over. */
	settled: number[];
	error?: unknown;
	client: AutoGptClient;
	stop: AbortSignal;
}

describe(`Executions that join, leave, stop and time out (PROPERTY_SEED=${SEED})`, () => {
	let stage: Stage;
	let accounts: Array<{ account: Account; key: string; agentId: string }>;

	beforeAll(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
		accounts = [stage.account, stage.emulator.createAccount()].map((account) => ({
			account,
			key: account.createKey(),
			agentId: account.createAgent(greetingAgent, { manual: true }).agentId,
		}));
	});

	afterEach(() => resetProcessState());

	afterAll(async () => await stage.emulator.close());

	async function perform({
		account: of,
		...plan
	}: typeof execution extends fc.Arbitrary<infer T> ? T : never): Promise<Outcome> {
		const owner = accounts[of];
		if (!owner) throw new Error('No such account');
		const { account, agentId, key } = owner;
		await pause(plan.joinsAt);
		const ids = plan.ends.map(() => account.startRun(agentId, { name: 'Ada' }));
		ids.forEach((id, index) => {
			account.setRunStatus(id, 'RUNNING');
			setTimeout(() => {
				account.finishRun(id, 'COMPLETED', { greeting: [id] });
			}, plan.ends[index]);
		});
		const stop = new AbortController();
		if (plan.stopsAt !== null) {
			setTimeout(() => stop.abort(new Error('Stop')), plan.stopsAt);
		}
		// All have the same credential in n8n, whose key was changed.
		const client = (await openStageClient(stage, { apiKey: key })).withSignal(stop.signal);
		const settled = ids.map(() => 0);
		const deadline = plan.limitMs === null ? Infinity : Date.now() + plan.limitMs;
		const waits = ids.map((id) => ({ id, deadline, returnReviews: true }));
		const outcome: Outcome = { ids, settled, client, stop: stop.signal };
		try {
			outcome.results = await waitForRuns(client, waits, {
				longestIntervalMs: 1_000,
				onSettled: (index) => {
					settled[index] = (settled[index] ?? 0) + 1;
					return true;
				},
			});
		} catch (error) {
			outcome.error = error;
		}
		return outcome;
	}

	test(
		'each get the ends of their own runs once, and leave nothing behind',
		async () => {
			await fc.assert(
				fc.asyncProperty(
					fc.array(execution, { minLength: 2, maxLength: 12 }),
					fc.array(fault, { maxLength: 4 }),
					async (plans, faults) => {
						stage.emulator.requests.length = 0;
						for (const each of faults) {
							setTimeout(() => {
								const path = /\/runs/;
								stage.emulator.faults.add({
									method: 'GET',
									path,
									kind: each.kind,
									times: each.times,
								});
							}, each.at);
						}
						const outcomes = await Promise.all(plans.map(perform));
						await pause(20);
						stage.emulator.faults.clear();
						outcomes.forEach((outcome, index) => hold(plans[index], outcome));
						expect(runWatchers.size).toBe(0);
						for (const { client } of outcomes) {
							expect(rateLimiters.of(client.connection.credentialKey).isInUse).toBe(false);
						}
						const idsOf = (of: number) =>
							outcomes.flatMap(({ ids }, index) => (plans[index]?.account === of ? ids : []));
						for (const { path, account } of stage.emulator.requests) {
							const of = accounts.findIndex((each) => each.account.userId === account);
							for (const id of idsOf(1 - of)) expect(path).not.toContain(id);
						}
					},
				),
				{ numRuns: CASES, seed: SEED },
			);
		},
		30_000 + CASES * 2_000,
	);

	function hold(
		plan: { stopsAt: number | null; limitMs: number | null } | undefined,
		{ ids, results, settled, error, stop }: Outcome,
	): void {
		expect(cancelSignals.countOf(stop)).toBe(0);
		if (error !== undefined) {
			expect(plan?.stopsAt).not.toBeNull();
			expect(error).toMatchObject({ message: 'Stop' });
			return;
		}
		expect(settled).toEqual(ids.map(() => 1));
		results?.forEach((result, index) => {
			const id = ids[index];
			if (result?.ended === 'final') {
				expect(result.run).toMatchObject({ id, status: 'COMPLETED', outputs: { greeting: [id] } });
			} else if (result?.ended === 'timeLimit') {
				expect(plan?.limitMs).not.toBeNull();
				expect(result.run.id).toBe(id);
			} else {
				// Out of reach at its time limit.
				expect(result?.ended).toBe('unreadable');
				expect(plan?.limitMs).not.toBeNull();
			}
		});
	}
});
