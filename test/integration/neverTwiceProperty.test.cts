import fc from 'fast-check';
import type { INodeExecutionData } from 'n8n-workflow';

import { resetProcessState } from '../../client/process/processState';
import { runAndWait, setStage, type Stage } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { greetingAgent } from '../emulator/agents';
import { OLDER_SERVERS, type Fault, type FaultKind, type Mode } from '../emulator/index.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(200),
);

/** `PROPERTY_RUNS=1000 npx jest neverTwiceProperty` tries as many cases; `PROPERTY_SEED` repeats. */
const CASES = Number(process.env.PROPERTY_RUNS ?? 60);
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);

type Server = 'newest' | 'unbound keys' | 'freed keys' | 'freed keys, untold' | 'no keys';

/** Those that free keys come as often as the rest. */
const SERVERS: readonly Server[] = [
	...(['newest', 'unbound keys', 'no keys'] as const),
	...(['freed keys', 'freed keys', 'freed keys, untold'] as const),
];

const modes: Record<Server, Partial<Mode>> = {
	newest: {},
	'unbound keys': { idempotency: 'unbound' },
	'freed keys': OLDER_SERVERS.O3,
	'freed keys, untold': { ...OLDER_SERVERS.O3, tellsPresets: false },
	'no keys': { idempotency: 'ignored' },
};
/** Servers on which a key once recorded stays with its run. */
const KEEPERS: readonly Server[] = ['newest', 'unbound keys'];

/** One execution of the node, and what goes wrong meanwhile. */
interface Attempt {
	faults: Fault[];
	/** n8n is started again before: what the process knew is gone. */
	restarts: boolean;
	retryOnFail: boolean;
	/** How many starts find the key store down. */
	storeDown: number;
}

interface Case {
	server: Server;
	names: string[];
	startsAtOnce: number;
	/** How lists show inputs, and how far the clock of the responses is off. */
	shownInputs: Mode['shownInputs'];
	dateOffMs: number | null;
	/** The inputs come out otherwise each time, as with {{ $now }}: only the process knows them. */
	varies: boolean;
	attempts: Attempt[];
}

const paths: Array<Pick<Fault, 'method' | 'path'>> = [
	...Array.from({ length: 5 }, () => ({ method: 'POST', path: /\/runs$/ })),
	{ method: 'GET', path: /\/runs\?/ },
	{ method: 'GET', path: /\/runs\/[\w-]+$/ },
	{ method: 'GET', path: /openapi/ },
	{ path: /./ },
];

const kinds: FaultKind[] = [
	{ before: 'drop' },
	{ after: 'drop' },
	{ delayMs: 30 },
	{ status: 429, headers: { 'Retry-After': '0' } },
	{ status: 401 },
	{ status: 402 },
	{ status: 409 },
	{ status: 500 },
	{ status: 503 },
	{ html: 502 },
	{ empty: 504 },
	{ truncated: 202 },
	{ handledStatus: 409 },
	{ handledStatus: 409 },
	{ handledStatus: 500 },
	// Where keys are freed then, these are what starts a second run.
	...Array.from({ length: 3 }, (): FaultKind[] => [
		{ failsAfter: 500 },
		{ failsAfter: 'drop' },
	]).flat(),
	{ killed: 'before' },
	{ killed: 'after' },
];

const anyFault: fc.Arbitrary<Fault> = fc
	.record({
		where: fc.constantFrom(...paths),
		kind: fc.constantFrom(...kinds),
		skip: fc.oneof(fc.constant(0), fc.nat({ max: 4 })),
		times: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant(12)),
	})
	.map(({ where, kind, skip, times }) => {
		// A key is in flight for a moment only, unless there is a run.
		const isInFlight = 'status' in kind && kind.status === 409;
		return { ...where, kind, skip, times: isInFlight ? Math.min(times, 3) : times };
	});

const anyAttempt: fc.Arbitrary<Attempt> = fc.record({
	faults: fc.array(anyFault, { maxLength: 3 }),
	restarts: fc.boolean(),
	retryOnFail: fc.boolean(),
	storeDown: fc.oneof(fc.constant(0), fc.nat({ max: 3 })),
});

const anyCase: fc.Arbitrary<Case> = fc.record({
	server: fc.constantFrom(...SERVERS),
	shownInputs: fc.constantFrom<Mode['shownInputs']>('asSent', 'inOtherForm', 'none'),
	dateOffMs: fc.constantFrom(0, 0, 20_000, -20_000, null),
	names: fc.array(fc.constantFrom('Ada', 'Ada', 'Bob', 'Cy'), { minLength: 1, maxLength: 4 }),
	startsAtOnce: fc.constantFrom(1, 10),
	varies: fc.boolean(),
	attempts: fc.array(anyAttempt, { minLength: 1, maxLength: 3 }),
});

interface Greeting {
	id?: string;
	outputs?: { greeting?: string };
}

/** Executes the node as a case says, and holds every attempt against what must be so. */
async function tryCase(one: Case): Promise<void> {
	const { shownInputs, dateOffMs } = one;
	const mode = { rateLimitHeaders: false, ...modes[one.server], shownInputs, dateOffMs };
	const stage = await setStage({ mode });
	try {
		await tryOn(stage, one);
		expect(stage.emulator.contractViolations).toEqual([]);
	} finally {
		await stage.emulator.close();
	}
}

async function tryOn(stage: Stage, one: Case): Promise<void> {
	const { server, names, startsAtOnce, varies, attempts } = one;
	const { agentId } = stage.account.createAgent(greetingAgent);
	const items: INodeExecutionData[] = names.map((name) => ({ json: { name } }));
	const more = varies ? ' + " " + Math.random()' : '';
	const inputs = `={{ JSON.stringify({ name: $json.name${more} }) }}`;
	const parameters = runAndWait(agentId, inputs, { startsAtOnce });
	const runOf = new Map<number, string>();
	const execute = async (retryOnFail: boolean) => {
		const result = await whenReady(stage, parameters, {
			items,
			executionId: 'same',
			settings: {
				onError: 'continueRegularOutput',
				...{ retryOnFail, maxTries: 2, waitBetweenTries: 1 },
			},
		});
		expect(result.error).toBeUndefined();
		expect(result.items).toHaveLength(names.length);
		check(stage, names, result.items, runOf);
	};
	let storeDown = 0;
	Object.defineProperty(stage.emulator.mode, 'idempotencyStore', {
		get: () => (storeDown-- > 0 ? 'down' : 'up'),
	});
	resetProcessState();
	for (const { faults, restarts, retryOnFail, ...attempt } of attempts) {
		storeDown = attempt.storeDown;
		// Where keys are not safe, the process alone knows what it has sent.
		if (restarts && server === 'newest' && !varies) resetProcessState();
		for (const fault of faults) stage.emulator.faults.add(fault);
		await execute(retryOnFail);
		stage.emulator.faults.clear();
	}
	storeDown = 0;
	await execute(false);
	const killed = attempts.some(({ faults }) => faults.some(({ kind }) => 'killed' in kind));
	const unprotected = server !== 'newest' && attempts.some((attempt) => attempt.storeDown > 0);
	if (killed || unprotected || !KEEPERS.includes(server)) return;
	expect(runOf.size).toBe(names.length);
	expect(stage.account.runs()).toHaveLength(names.length);
}

/** On a busy machine n8n may give up checking a parameter before it executes anything. */
async function whenReady(...[stage, ...args]: [Stage, ...Parameters<Stage['run']>]) {
	for (;;) {
		try {
			return await stage.run(...args);
		} catch (error) {
			if (!String(error).includes('Regular expression execution timed out')) throw error;
		}
	}
}

function check(
	stage: Stage,
	names: string[],
	items: INodeExecutionData[],
	runOf: Map<number, string>,
): void {
	const runs = stage.account.runs();
	const keys = runs.map(({ idempotencyKey }) => idempotencyKey);
	expect(new Set(keys).size).toBe(keys.length);
	expect(runs.length).toBeLessThanOrEqual(names.length);
	items.forEach(({ json }, index) => {
		const { id, outputs } = json as Greeting;
		if (id === undefined) {
			expect(json).toHaveProperty('failure.message');
			return;
		}
		expect(outputs?.greeting).toMatch(new RegExp(`^Hello, ${names[index]}( [\\d.e-]+)?!$`));
		expect(runOf.get(index) ?? id).toBe(id);
		runOf.set(index, id);
	});
	expect(new Set(runOf.values()).size).toBe(runOf.size);
}

describe(`Whatever goes wrong (PROPERTY_SEED=${SEED})`, () => {
	test(
		'each item has one run at most, keeps it, and gets its result',
		async () => {
			await fc.assert(fc.asyncProperty(anyCase, tryCase), {
				numRuns: CASES,
				seed: SEED,
			});
		},
		30_000 + CASES * 2_000,
	);
});
