import fc from 'fast-check';
import type { sleep } from 'n8n-workflow';

import { endpoints, type EndpointName } from '../../client/contract/endpoints';
import { resetProcessState } from '../../client/process/processState';
import { setStage, type Stage } from '../harness/account.cts';
import { startAnswering, type AnsweringServer } from '../harness/answeringServer.cts';
import { openStageClient } from '../harness/client.cts';
import {
	culpritsOf,
	mayBeGood,
	misnamed,
	saidIn,
	type Culprit,
	type Wanted,
} from '../harness/culprits.cts';
import { oddAnswers, PROGRAM, tracesOf, type Answer } from '../harness/oddAnswers.cts';

/** Pauses take no time here: the clock of the limits goes on by as much. */
const mockClock = { aheadMs: 0 };

jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<{ sleep: typeof sleep }>('n8n-workflow');
	const hasty: typeof sleep = async (ms, signal) => {
		mockClock.aheadMs += ms;
		await actual.sleep(0, signal);
	};
	return { ...actual, sleep: hasty };
});
jest.mock('../../client/util/monotonic', () => ({
	monotonicNow: () => performance.now() + mockClock.aheadMs,
}));

/** `PROPERTY_RUNS=20 npx jest answersProperty` gives each endpoint as many; `PROPERTY_SEED` repeats. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 12);
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const KEY = 'agpt_xt_Zm9v/YmFy+"quoted"&<more>';
/** Limits of one attempt: a short one where nothing comes, so that the test need not wait. */
const PATIENCE_MS = { short: 150, long: 20_000 };
/** Pauses before further attempts in all, and the last wait for a rate limit. */
const LONGEST_MS = 16 * 60_000;
const TEST_TIMEOUT_MS = 10 * 60_000;

const TRACES = tracesOf(KEY);
const answers = oddAnswers(KEY);

/** What n8n shows of a failure. */
interface Shown {
	message: string;
	description: string;
	httpCode: string | null;
}

function wantedOf(name: EndpointName): Wanted {
	const { answer } = endpoints[name];
	if (answer === 'none') return 'nothing';
	return answer === 'binary' ? 'bytes' : 'JSON';
}

describe(`Whatever answers (PROPERTY_SEED=${SEED})`, () => {
	let stage: Stage;
	let server: AnsweringServer;

	beforeAll(async () => {
		stage = await setStage();
		server = await startAnswering();
	});

	afterAll(async () => {
		await server.close();
		await stage.emulator.close();
	});

	/** Carries out one call against planned answers; gives back its failure, if it is one. */
	async function failureOfCall(name: EndpointName, plan: Answer[]) {
		resetProcessState();
		mockClock.aheadMs = 0;
		server.plan = plan;
		server.given = [];
		const client = await openStageClient(stage, {
			apiKey: KEY,
			baseUrl: `${server.origin}/external-api/v2`,
		});
		const isQuick = plan.some(({ course }) => course === 'silent' || course === 'dripping');
		const timeoutMs = isQuick ? PATIENCE_MS.short : PATIENCE_MS.long;
		const { path: template, answer, method } = endpoints[name];
		const path = Object.fromEntries(
			[...template.matchAll(/\{(\w+)\}/g)].map(([, id]) => [id, 'id-1']),
		);
		const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
		try {
			if (answer === 'binary') await client.transfer(name, path, { timeout: timeoutMs });
			else await client.call(name, { path, ...body, timeoutMs } as never);
			return undefined;
		} catch (error) {
			return error;
		}
	}

	it.each((Object.keys(endpoints) as EndpointName[]).map((name, index) => [name, index] as const))(
		'%s fails in words that name who did it, within its limits and without the key',
		async (name, index) => {
			await fc.assert(
				fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 2 }), async (plan) => {
					const began = performance.now();
					const failure = await failureOfCall(name, plan);
					const tookMs = performance.now() - began;
					expect(tookMs).toBeLessThan(PATIENCE_MS.long);
					expect(tookMs + mockClock.aheadMs).toBeLessThan(LONGEST_MS);
					const last = server.given.at(-1) as Answer | undefined;
					// Where the machine is busy, time may be over before the server has the request.
					const culprits: readonly Culprit[] = last
						? culpritsOf(last, wantedOf(name))
						: ['connection'];
					if (failure === undefined) {
						const isGood = last !== undefined && mayBeGood(last, wantedOf(name));
						expect({ isGood, last }).toEqual({ isGood: true, last });
						return;
					}
					expect(failure).toHaveProperty('name', 'NodeApiError');
					const { message, description, httpCode } = failure as Shown;
					expect({ message, description }).toEqual({
						message: expect.stringMatching(/./),
						description: expect.any(String),
					});
					expect(`${message} ${description}`).not.toMatch(PROGRAM);
					expect(message.length + description.length).toBeLessThan(5_000);
					const shown = [
						message,
						description,
						JSON.stringify(failure),
						String((failure as Error).stack),
					].join('\n');
					expect(TRACES.filter((trace) => shown.includes(trace))).toEqual([]);
					expect({
						message,
						description,
						last,
						wrong: misnamed(culprits, { message, description }),
					}).toEqual({
						...{ message, description, last },
						wrong: undefined,
					});
					if (!last || culprits.includes('connection')) return;
					expect(httpCode).toBe(String(last.status));
					const said = saidIn(last);
					if (culprits.includes('AutoGPT') && said !== undefined) {
						expect(`${message} ${description}`).toContain(said);
					}
				}),
				{ numRuns: RUNS, seed: SEED + index, endOnFailure: true },
			);
		},
		TEST_TIMEOUT_MS,
	);
});
