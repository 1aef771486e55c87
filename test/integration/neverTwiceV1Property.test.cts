import fc from 'fast-check';

import { resetProcessState } from '../../client/process/processState';
import { greetingAgent } from '../emulator/agents';
import type { Fault, FaultKind } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { rl } from '../harness/locator.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(200),
);

/** `PROPERTY_RUNS=1000 npx jest neverTwiceV1` tries as many cases; `PROPERTY_SEED` repeats. */
const CASES = Number(process.env.PROPERTY_RUNS ?? 40);
const SEED = process.env.PROPERTY_SEED ? Number(process.env.PROPERTY_SEED) : undefined;

const paths: Array<Pick<Fault, 'method' | 'path'>> = [
	...Array.from({ length: 4 }, () => ({ method: 'POST', path: /\/v1\/graphs\/.*\/execute\// })),
	{ method: 'GET', path: /\/results$/ },
	{ method: 'GET', path: /openapi/ },
	{ path: /\/v2\// },
	{ path: /./ },
];

const busy = { detail: 'Try again shortly' };
const kinds: FaultKind[] = [
	{ before: 'drop' },
	{ after: 'drop' },
	{ delayMs: 20 },
	{ status: 429, body: busy, headers: { 'Retry-After': '0' } },
	{ status: 503, body: busy, headers: { 'Retry-After': '0' } },
	{ status: 503, body: {} },
	{ status: 400, body: { detail: 'Refused' } },
	{ status: 401, body: { detail: 'Invalid API key' } },
	{ status: 404, body: { detail: 'Not Found' } },
	{ html: 502 },
	{ empty: 504 },
	{ handledStatus: 500 },
	{ truncated: 200 },
	{ halved: 200 },
];

interface Case {
	generation: 'V3' | 'V5' | 'V7';
	names: string[];
	faults: Fault[];
	retryOnFail: boolean;
	/** The server gets API v2 while the node works. */
	isUpdated: boolean;
}

const cases = fc.record<Case>({
	generation: fc.constantFrom('V3', 'V5', 'V7'),
	names: fc.array(fc.constantFrom('Ada', 'Grace', 'Alan'), { minLength: 1, maxLength: 4 }),
	faults: fc.array(
		fc
			.tuple(
				fc.constantFrom(...paths),
				fc.constantFrom(...kinds),
				fc.nat({ max: 3 }),
				fc.nat({ max: 3 }),
			)
			.map(([path, kind, times, skip]): Fault => ({ ...path, kind, times: times + 1, skip })),
		{ maxLength: 4 },
	),
	retryOnFail: fc.boolean(),
	isUpdated: fc.boolean(),
});

function counted(names: string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
	return counts;
}

describe('Starts on a server with API v1 only, whatever goes wrong', () => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await setStage();
	});

	afterAll(async () => await stage.emulator.close());

	async function check({ faults, generation, isUpdated, names, retryOnFail }: Case): Promise<void> {
		const { emulator } = stage;
		resetProcessState();
		emulator.faults.clear();
		Object.assign(emulator.mode, { version: 'none', v1: generation });
		const account = emulator.createAccount();
		const { graphId } = account.createAgent(greetingAgent);
		for (const fault of faults) emulator.faults.add(fault);
		const update = () => Object.assign(emulator.mode, { version: 'N' });
		const updating = isUpdated ? setTimeout(update, 60) : undefined;
		const { items } = await stage.run(
			{
				...{ resource: 'graph', operation: 'runAndWait', graphId: rl(graphId) },
				...{ graphVersion: '1', inputsMode: 'json' },
				inputsJson: '={{ JSON.stringify({ name: $json.name }) }}',
				options: { timeLimit: 0.05 },
			},
			{
				key: account.createKey(),
				items: names.map((name) => ({ json: { name } })),
				settings: {
					onError: 'continueRegularOutput',
					...(retryOnFail ? { retryOnFail, maxTries: 3, waitBetweenTries: 1 } : {}),
				},
			},
		);
		clearTimeout(updating);
		const runs = account.runs();
		const wanted = counted(names);
		const started = counted(runs.map(({ inputs }) => String(inputs.name)));
		for (const [name, count] of Object.entries(started)) {
			expect(count).toBeLessThanOrEqual(wanted[name] ?? 0);
		}
		const good = items.filter(({ json }) => json.status === 'COMPLETED');
		expect(new Set(good.map(({ json }) => json.id)).size).toBe(good.length);
		for (const { json, pairedItem } of good) {
			const { item = -1 } = pairedItem as { item: number };
			expect(json.outputs).toEqual({ greeting: `Hello, ${names[item]}!` });
			expect(account.run(String(json.id)).inputs).toEqual({ name: names[item] });
		}
	}

	test('start each item once at most, and link it to its own run', async () => {
		await fc.assert(fc.asyncProperty(cases, check), { numRuns: CASES, seed: SEED });
	}, 300_000);
});
