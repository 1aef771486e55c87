import fc from 'fast-check';
import type { INode, INodeExecutionData, sleep } from 'n8n-workflow';

import { resetProcessState } from '../../client/process/processState';
import type { Emulator, FaultKind } from '../emulator/index.cts';
import { CREDENTIAL, oddAnswers, PROGRAM, tracesOf, type Answer } from '../harness/oddAnswers.cts';
import { parametersFor, startForTrials, trials, World, type Trial } from '../operations/index.cts';

/** Pauses take next to no time here: the clock of the limits goes on by as much. */
const mockClock = { aheadMs: 0 };

jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<{ sleep: typeof sleep }>('n8n-workflow');
	const hasty: typeof sleep = async (ms, signal) => {
		mockClock.aheadMs += ms;
		await actual.sleep(Math.min(ms, 2), signal);
	};
	return { ...actual, sleep: hasty };
});
jest.mock('../../client/util/monotonic', () => ({
	monotonicNow: () => performance.now() + mockClock.aheadMs,
}));

/** `PROPERTY_RUNS=1000 npx jest nodeAnswersProperty` tries as many cases; `PROPERTY_SEED` repeats. */
const CASES = Number(process.env.PROPERTY_RUNS ?? 60);
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
/** Stands for the key in an answer until there is one. */
const MARK = 'the-key-of-the-case';
/** How long a request is waited for where its answer never ends. */
const PATIENCE_MS = 150;
const LONGEST_REAL_MS = 30_000;
/** Of two items, with their retries and rate limits. */
const LONGEST_MS = 2 * 60 * 60_000;
const TEST_TIMEOUT_MS = 60 * 60_000;
const ITEMS = 2;

/** What goes wrong with requests of one node: from which one on, and how often. */
interface Trouble {
	skip: number;
	times: number;
	/** An answer in AutoGPT's place, or what becomes of the one that it gives. */
	answer: Answer | FaultKind;
}

interface Case {
	trial: Trial;
	onError: NonNullable<INode['onError']>;
	troubles: Trouble[];
}

const answers = oddAnswers(MARK).filter(({ status }) => status < 600);
const losses = fc.constantFrom<FaultKind>(
	{ before: 'drop' },
	{ after: 'drop' },
	{ delayMs: 20 },
	{ truncated: 200 },
	{ halved: 200 },
	{ drip: 200 },
	{ empty: 200 },
	{ handledStatus: 500 },
);

const anyTrouble: fc.Arbitrary<Trouble> = fc.record({
	skip: fc.nat({ max: 4 }),
	times: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(Infinity)),
	answer: fc.oneof({ arbitrary: answers, weight: 3 }, { arbitrary: losses, weight: 1 }),
});

const anyCase: fc.Arbitrary<Case> = fc.record({
	trial: fc.constantFrom(...trials),
	onError: fc.constantFrom<Case['onError']>(
		'stopWorkflow',
		'continueRegularOutput',
		'continueErrorOutput',
	),
	troubles: fc.array(anyTrouble, { minLength: 1, maxLength: 2 }),
});

/** Bodies that no answer with such a status can have. */
const BODILESS = [204, 205, 304];

function faultOf(answer: Answer | FaultKind, key: string): FaultKind {
	if (!('course' in answer)) return answer;
	const { status, headers, body, course } = answer;
	const filled = (text: string) => text.split(MARK).join(key);
	if (course === 'dropped' || course === 'garbage') return { before: 'drop' };
	if (course === 'dripping' || course === 'silent') return { drip: status };
	if (course === 'cut') return { truncated: status };
	const sent = Object.entries(headers)
		// The emulator packs nothing.
		.filter(([name]) => name !== 'Content-Encoding')
		.map(([name, text]) => [name, filled(text)]);
	const raw = {
		status,
		headers: Object.fromEntries(sent) as Record<string, string>,
		...(BODILESS.includes(status) ? {} : { body: filled(body) }),
	};
	return { raw };
}

const isEndless = (fault: FaultKind) => 'drip' in fault;

/** Whether nothing that went wrong came from AutoGPT itself, so that no key is to blame. */
function isOthersOnly({ troubles }: Case): boolean {
	return troubles.every(({ answer }) =>
		'author' in answer ? answer.author === 'another' : !('handledStatus' in answer),
	);
}

function linksOf({ pairedItem }: INodeExecutionData): number[] {
	return [pairedItem ?? []].flat().map((link) => (typeof link === 'number' ? link : link.item));
}

/** What a failed item says, wherever its output has it. */
function messageOf({ json }: INodeExecutionData): string | undefined {
	const failure = (json.failure ?? json.error) as { message?: unknown } | undefined;
	return typeof failure?.message === 'string' ? failure.message : undefined;
}

describe(`Whatever a node gets for an answer (PROPERTY_SEED=${SEED})`, () => {
	let emulator: Emulator;

	beforeAll(async () => {
		emulator = await startForTrials();
	});

	afterEach(() => jest.restoreAllMocks());

	afterAll(async () => await emulator.close());

	async function execute({ trial, onError, troubles }: Case) {
		const world = new World(emulator);
		const parameters = parametersFor(trial, await trial.given(world));
		const before = world.account.runs().length;
		resetProcessState();
		mockClock.aheadMs = 0;
		const faults = troubles.map(({ answer }) => faultOf(answer, world.client.key));
		const { timeout } = AbortSignal;
		if (faults.some(isEndless)) {
			jest
				.spyOn(AbortSignal, 'timeout')
				.mockImplementation((ms) => timeout.call(AbortSignal, Math.min(ms, PATIENCE_MS)));
		}
		troubles.forEach(({ skip, times }, index) => {
			const kind = faults[index];
			if (kind) emulator.faults.add({ path: /./, skip, times, kind });
		});
		const [item = { json: {} }] = trial.items ?? [];
		const began = performance.now();
		const result = await world
			.runWith(parameters, {
				items: Array.from({ length: ITEMS }, () => item),
				settings: { onError },
			})
			.finally(() => {
				emulator.faults.clear();
				jest.restoreAllMocks();
			});
		const realMs = performance.now() - began;
		const started = world.account.runs().length - before;
		return { ...result, realMs, tookMs: realMs + mockClock.aheadMs, started, world };
	}

	test(
		'it ends in time with items of their inputs, or says in words who did what',
		async () => {
			await fc.assert(
				fc.asyncProperty(anyCase, async (one) => {
					const { items, errorItems, error, hints, run, realMs, tookMs, started, world } =
						await execute(one);
					expect(realMs).toBeLessThan(LONGEST_REAL_MS);
					expect(tookMs).toBeLessThan(LONGEST_MS);
					// A run is never started twice.
					expect(started).toBeLessThanOrEqual(ITEMS);

					const all = [...items, ...errorItems];
					for (const item of all) {
						expect(linksOf(item).length).toBeGreaterThan(0);
						expect(linksOf(item).every((index) => index >= 0 && index < ITEMS)).toBe(true);
					}
					if (one.onError !== 'stopWorkflow') expect(error?.message).toBeUndefined();
					if (error) {
						expect(error.name).toMatch(/^Node(Api|Operation)Error$/);
						expect(error.message).not.toBe('');
						expect(error.context?.itemIndex).toEqual(expect.any(Number));
					}

					const messages = [error?.message, ...all.map(messageOf)].filter(
						(message) => message !== undefined,
					);
					for (const message of messages) {
						expect(message).not.toMatch(PROGRAM);
						if (isOthersOnly(one)) expect(message).not.toMatch(CREDENTIAL);
					}

					const shown = JSON.stringify([
						all,
						hints,
						error,
						error?.stack,
						run.data.resultData.runData,
					]);
					const traces = tracesOf(world.client.key).filter((trace) => shown.includes(trace));
					expect(traces).toEqual([]);
				}),
				{ numRuns: CASES, seed: SEED, endOnFailure: true },
			);
		},
		TEST_TIMEOUT_MS,
	);
});
