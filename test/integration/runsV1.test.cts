import type { INodeParameters } from 'n8n-workflow';

import { resetProcessState } from '../../client/process/processState';
import { greetingAgent, numberThenWaitAgent } from '../emulator/agents';
import { failureOf, setStage, type Stage } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { rl } from '../harness/locator.cts';
import { setOAuthStage } from '../harness/oauth.cts';
import { CONTINUE, until } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

const MINUTE_MS = 60_000;
const V1_ONLY = { version: 'none', v1: 'V7' } as const;

describe('Runs on a server with API v1 only', () => {
	let stage: Stage;
	let graphId: string;

	beforeEach(async () => {
		resetProcessState();
		stage = await setStage({ mode: V1_ONLY });
		({ graphId } = stage.account.createAgent(greetingAgent));
	});

	afterEach(async () => {
		jest.restoreAllMocks();
		expect(stage.emulator.contractViolations.filter((one) => one.startsWith('v1'))).toEqual([]);
		await stage.emulator.close();
	});

	const builder = (id = graphId) => `${stage.emulator.webUrl}/build?flowID=${id}&flowVersion=1`;
	const graph = (operation: string, id = graphId, inputs = '{"name":"Ada"}'): INodeParameters => ({
		...{ resource: 'graph', operation, graphId: rl(builder(id), 'url') },
		...{ inputsMode: 'json', inputsJson: inputs },
	});
	const asked = (method: string, path: RegExp) =>
		stage.emulator.requests.filter((one) => one.method === method && path.test(one.path));
	const passTime = () => {
		const now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now + 11 * MINUTE_MS);
	};
	const upgrade = () => {
		Object.assign(stage.emulator.mode, { version: 'N' });
		passTime();
	};
	/** A run that this n8n knows nothing of, as after its restart. */
	async function runOfOldDays(): Promise<string> {
		const { items } = await stage.run(graph('runAndWait'));
		resetProcessState();
		stage.emulator.requests.length = 0;
		return String(items[0]?.json.id);
	}

	describe.each(['get', 'wait'])('Run > %s of a run from another time', (operation) => {
		const read = async (id: string, options: INodeParameters = {}) =>
			await stage.run({ resource: 'run', operation, runId: rl(id), options });

		it.each([
			['the ID of its graph', () => graphId],
			['its address in the builder', () => builder()],
			['nothing', () => undefined],
		])('with %s', async (what, runGraph) => {
			const id = await runOfOldDays();
			const given = runGraph();
			const { error, items } = await read(id, given ? { runGraph: given } : {});
			if (what === 'nothing') {
				expect(error?.message).toContain('cannot read a run without the graph that it ran');
				expect(error?.description).toContain("the option 'Graph'");
				expect(asked('GET', /results$/)).toEqual([]);
				return;
			}
			expect([error?.message, error?.description]).toEqual([undefined, undefined]);
			expect(items[0]?.json).toMatchObject({
				...{ id, graph_id: graphId, status: 'COMPLETED' },
				outputs: { greeting: 'Hello, Ada!' },
			});
		});

		it('says where the address of the builder is found for one of the library', async () => {
			const id = await runOfOldDays();
			const library = `${stage.emulator.webUrl}/library/agents/some-agent`;
			const { error } = await read(id, { runGraph: library });
			expect(error?.message).toContain("'Graph' holds the address of an agent in the library");
			expect(error?.description).toContain('/build?flowID=');
			expect(asked('GET', /results$/)).toEqual([]);
		});

		it('needs no graph once the server has API v2, and minds none', async () => {
			const id = await runOfOldDays();
			upgrade();
			const { error, items } = await read(id, { runGraph: builder() });
			expect(error).toBeUndefined();
			expect(items[0]?.json).toMatchObject({ id, outputs: { greeting: 'Hello, Ada!' } });
		});
	});

	it('goes on with a wait after an update to API v2 in its middle', async () => {
		const { graphId: id } = stage.account.createAgent(greetingAgent, { manual: true });
		const waiting = stage.run(graph('runAndWait', id));
		await until(() => asked('GET', /\/v1\/.*results$/).length > 0);
		const [run] = stage.account.runs();
		upgrade();
		await until(() => asked('GET', /\/v2\/runs/).length > 0);
		stage.account.finishRun(run?.id ?? '', 'COMPLETED', { greeting: ['Hello from v2'] });
		const { error, items } = await waiting;
		expect([error?.message, error?.description]).toEqual([undefined, undefined]);
		expect(items[0]?.json).toMatchObject({
			...{ id: run?.id, status: 'COMPLETED' },
			outputs: { greeting: 'Hello from v2' },
		});
		expect(stage.account.runs()).toHaveLength(1);
	});

	it.each([
		['is updated to API v2', true],
		['has API v1 all along', false],
	])(
		'starts all items, each once, where the server %s while they are started',
		async (_, isUpdated) => {
			const items = ['Ada', 'Grace'].map((name) => ({ json: { name } }));
			const inputs = '={{ JSON.stringify({ name: $json.name }) }}';
			const parameters = { ...graph('start', graphId, inputs), options: { startsAtOnce: 1 } };
			const path = /\/execute\//;
			stage.emulator.faults.add({ method: 'POST', path, kind: { delayMs: 500 } });
			const running = stage.run(parameters, { items });
			await until(() => asked('POST', path).length > 0);
			// What is known of the server is to be found out again after ten minutes.
			if (isUpdated) upgrade();
			else passTime();
			const { error, items: started } = await running;
			expect([error?.message, error?.description]).toEqual([undefined, undefined]);
			expect(started.map(({ json }) => json.graph_id)).toEqual([graphId, graphId]);
			expect(stage.account.runs().map(({ inputs: given }) => given)).toEqual(
				items.map(({ json }) => json),
			);
			expect(asked('POST', /\/v2\/library\/agents\/[\w-]+\/runs$/)).toHaveLength(isUpdated ? 1 : 0);
		},
	);

	it('keeps what the last good read gave where an output is no text', async () => {
		const { graphId: id } = stage.account.createAgent(numberThenWaitAgent);
		const { items } = await stage.run(graph('runAndWait', id, '{"seconds": 3}'), CONTINUE);
		const { message, run } = failureOf(items[0]);
		expect(message).toContain('has probably finished');
		expect(run).toMatchObject({ graph_id: id, outputs: { count: 7 } });
		expect(run?.output_values).toMatchObject({ count: [7] });
		expect(asked('POST', /\/execute\//)).toHaveLength(1);
	});

	it('has a sentence of its own for a search', async () => {
		const { error } = await stage.run({ resource: 'search', operation: 'getMany', query: 'x' });
		expect(error?.message).toBe('This AutoGPT serves only the older API v1, which cannot search');
		expect(error?.description).toContain('Marketplace Agent > Get Many');
	});
});

describe('An account connected over OAuth2 on a server with API v1 only', () => {
	it('reads what its permissions allow, and says that starting takes an API key', async () => {
		resetProcessState();
		const stage = await setOAuthStage();
		Object.assign(stage.emulator.mode, V1_ONLY);
		const { graphId } = stage.emulator.oauth.account?.createAgent(greetingAgent) ?? {};
		const me = await stage.run({ resource: 'account', operation: 'get' });
		expect(me.error).toBeUndefined();
		expect(me.items[0]?.json).toMatchObject({ user_id: expect.any(String) });
		const { error } = await stage.run({
			...{ resource: 'graph', operation: 'start', graphId: rl(String(graphId)) },
			...{ graphVersion: '1', inputsMode: 'json', inputsJson: '{"name":"Ada"}' },
		});
		expect(error?.message).toContain('EXECUTE_GRAPH');
		expect(error?.description).toContain('API key');
		expect(stage.emulator.oauth.account?.runs()).toEqual([]);
		await stage.close();
	});
});
