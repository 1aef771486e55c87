import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { resetProcessState } from '../../client/process/processState';
import { credentialAgent, greetingAgent } from '../emulator/agents';
import { V1_SCOPES } from '../emulator/index.cts';
import { failureOf, setStage, type Stage } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { rl } from '../harness/locator.cts';
import { CONTINUE, until } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

const MINUTE_MS = 60_000;
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const START = { method: 'POST', path: /\/execute\// };

describe('Graph > Run and Wait on a server with API v1 only', () => {
	let stage: Stage;
	let graphId: string;

	beforeEach(async () => {
		resetProcessState();
		stage = await setStage({ mode: { version: 'none', v1: 'V7' } });
		({ graphId } = stage.account.createAgent(greetingAgent));
	});

	afterEach(async () => {
		jest.restoreAllMocks();
		expect(stage.emulator.contractViolations.filter((one) => one.startsWith('v1'))).toEqual([]);
		await stage.emulator.close();
	});

	const builder = (id = graphId, version = 1) =>
		rl(`${stage.emulator.webUrl}/build?flowID=${id}&flowVersion=${version}`, 'url');
	const use = (more: INodeParameters = {}): INodeParameters => ({
		...{ resource: 'graph', operation: 'runAndWait', graphId: builder() },
		...{ inputsMode: 'json', inputsJson: '={{ JSON.stringify({ name: $json.name }) }}' },
		...more,
	});
	const people = (...names: string[]): INodeExecutionData[] =>
		names.map((name) => ({ json: { name } }));
	const ADA = { items: people('Ada') };
	const asked = (method: string, path: RegExp) =>
		stage.emulator.requests.filter((one) => one.method === method && path.test(one.path));
	const starts = () => asked('POST', START.path);
	const greetings = (items: INodeExecutionData[]) =>
		items.map(({ json }) => (json.outputs as { greeting?: string } | undefined)?.greeting);
	const upgrade = () => {
		Object.assign(stage.emulator.mode, { version: 'N' });
		const now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now + 11 * MINUTE_MS);
	};
	/** An agent whose runs move only as a test says. */
	const slow = () => {
		const { graphId: id } = stage.account.createAgent(greetingAgent, { manual: true });
		return use({ graphId: builder(id) });
	};
	const onlyRun = async () => {
		await until(() => stage.account.runs().length === 1);
		return stage.account.runs()[0]?.id ?? '';
	};

	it.each(['V3', 'V5', 'V7'] as const)('greets: %s', async (v1) => {
		Object.assign(stage.emulator.mode, { v1 });
		const { items, error } = await stage.run(use(), ADA);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			status: 'COMPLETED',
			outputs: { greeting: 'Hello, Ada!' },
			output_values: { greeting: ['Hello, Ada!'] },
			graph_id: graphId,
			...{ agent_id: null, url: null, cost_cents: null, duration_seconds: null },
		});
		expect(starts().map(({ body }) => JSON.parse(body ?? '') as object)).toEqual([
			{ node_input: { name: 'Ada' } },
		]);
	});

	it('gives each item its own run, in order', async () => {
		const names = ['Ada', 'Grace', 'Alan', 'Ada'];
		const { items, error } = await stage.run(use(), { items: people(...names) });
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(names.map((name) => `Hello, ${name}!`));
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			names.map((_, item) => expect.objectContaining({ item }) as object),
		);
		expect(new Set(items.map(({ json }) => json.id)).size).toBe(4);
		expect(starts()).toHaveLength(4);
	});

	it('runs the same workflow untouched after the update to API v2', async () => {
		await stage.run(use(), ADA);
		upgrade();
		stage.emulator.requests.length = 0;
		const { items, error } = await stage.run(use(), ADA);
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(['Hello, Ada!']);
		expect(asked('POST', /v1|openapi/)).toEqual([]);
		expect(asked('POST', /\/v2\/library\/agents\/[\w-]+\/runs$/)).toHaveLength(1);
	});

	it('names what a key made for API v1 lacks after the update', async () => {
		const key = stage.account.createKey({ scopes: [...V1_SCOPES] });
		expect((await stage.run(use(), { ...ADA, key })).error).toBeUndefined();
		upgrade();
		const { error } = await stage.run(use(), { ...ADA, key });
		expect(`${error?.message} ${error?.description}`).toMatch(/READ_LIBRARY|RUN_AGENT/);
		expect(error?.description).toContain('/settings/api-keys');
		expect(stage.account.runs()).toHaveLength(1);
	});

	it('asks for the version, which the server does not tell', async () => {
		const { error } = await stage.run(use({ graphId: rl(graphId) }), ADA);
		expect(error?.message).toContain('cannot find out the version of a graph by itself');
		expect(error?.description).toContain('flowVersion=');
		expect(starts()).toEqual([]);
	});

	it('says where the address of the builder is found for one of the library', async () => {
		const library = rl(`${stage.emulator.webUrl}/library/agents/some-agent`, 'id');
		const { error } = await stage.run(use({ graphId: library }), ADA);
		expect(error?.message).toContain('address of an agent in the library');
		expect(error?.description).toContain('/build?flowID=');
		expect(starts()).toEqual([]);
	});

	it.each([
		[
			'credentials',
			{
				credentialsMode: 'json',
				credentialsJson: '{"github":{"id":"c","provider":"github","type":"api_key"}}',
			},
		],
		['an idempotency key', { options: { idempotencyKey: 'order-7' } }],
	])('sends nothing where the user relies on %s', async (_, more) => {
		const { error } = await stage.run(use(more), ADA);
		expect(error?.message).toContain('This AutoGPT serves only the older API v1, which cannot');
		expect(starts()).toEqual([]);
	});

	it('shows what the server says of a refused start as it is', async () => {
		const { error } = await stage.run(use({ graphId: builder('café') }), ADA);
		expect(error?.message).toBe('AutoGPT refused to start the run: No graph #cafÃ©');
		expect(error?.description).toContain('Nothing was started');
	});

	it('says where credentials belong that a run needs', async () => {
		const { graphId: id } = stage.account.createAgent(credentialAgent);
		const { error } = await stage.run(use({ graphId: builder(id), inputsJson: '{}' }), ADA);
		expect(error?.message).toContain('Graph validation failed');
		expect(error?.description).toContain('API v1 takes none for a run');
	});

	it.each([
		['a lost response', { after: 'drop' as const }],
		['a fault after the run was made', { handledStatus: 500 }],
		['a page of a proxy', { html: 502 }],
	])('never starts a second time after %s', async (_, kind) => {
		stage.emulator.faults.add({ ...START, kind, times: 9 });
		const { error } = await stage.run(use(), { ...ADA, settings: RETRY });
		expect(starts()).toHaveLength(1);
		expect(error?.message).toContain('Whether the run was started is not certain');
		expect(error?.description).toContain(`Look in AutoGPT (${stage.emulator.webUrl})`);
	});

	it('never starts a second time where the server is updated before the retry', async () => {
		stage.emulator.faults.add({ ...START, kind: { after: 'drop' } });
		const failed = { ...ADA, executionId: 'same' };
		await stage.run(use(), failed);
		upgrade();
		const { error } = await stage.run(use(), failed);
		expect(stage.account.runs()).toHaveLength(1);
		expect(error?.description).toContain(stage.account.runs()[0]?.id);
	});

	it('repeats a start that was surely not sent or refused for a limit', async () => {
		const epoch = Math.ceil(stage.emulator.clock.now().getTime() / 1000) + 5;
		stage.emulator.faults.add({
			...START,
			kind: {
				status: 429,
				body: { detail: 'Too many requests' },
				headers: { 'X-RateLimit-Reset': String(epoch), 'X-RateLimit-Remaining': '0' },
			},
		});
		const busy = { status: 503, body: { detail: 'The plan could not be read' } };
		stage.emulator.faults.add({ ...START, kind: { ...busy, headers: { 'Retry-After': '1' } } });
		const before = Date.now();
		const { items, error } = await stage.run(use(), ADA);
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(['Hello, Ada!']);
		expect(starts()).toHaveLength(3);
		expect(Date.now() - before).toBeLessThan(MINUTE_MS);
	});

	it('reports a run that waits for a review, and does not wait on', async () => {
		const running = stage.run({ ...slow(), options: { onReview: 'wait' } }, ADA);
		const id = await onlyRun();
		stage.account.requestReview(id);
		const { items, error, hints } = await running;
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ id, status: 'REVIEW', outcome: 'waitingForReview' });
		expect(JSON.stringify(hints)).toContain("answer in AutoGPT's web app");
	});

	it('says that a run cannot be stopped, and names it', async () => {
		const parameters = { ...slow(), options: { onReview: 'stop' } };
		const running = stage.run(parameters, { ...ADA, ...CONTINUE });
		const id = await onlyRun();
		stage.account.requestReview(id);
		const { items } = await running;
		const { message, run } = failureOf(items[0]);
		expect(message).toContain('cannot stop runs');
		expect(run).toMatchObject({ id, status: 'REVIEW' });
	});

	it('gives what can be saved of outputs that are not text', async () => {
		const running = stage.run(slow(), { ...ADA, ...CONTINUE });
		const id = await onlyRun();
		stage.account.setRunStatus(id, 'RUNNING');
		const { length } = asked('GET', /results$/);
		await until(() => asked('GET', /results$/).length > length);
		stage.account.finishRun(id, 'COMPLETED', { greeting: [7] });
		const { items } = await running;
		const { message, description, run } = failureOf(items[0]);
		expect(message).toContain('has probably finished');
		expect(description).toContain('Put a block that makes text before each Agent Output');
		expect(run).toMatchObject({ id, graph_id: graphIdOf(id) });
		expect(starts()).toHaveLength(1);
	});

	const graphIdOf = (id: string) => stage.account.run(id).graphId;

	it('takes the output "7", which is text', async () => {
		const running = stage.run(slow(), ADA);
		stage.account.finishRun(await onlyRun(), 'COMPLETED', { greeting: ['7'] });
		expect((await running).items[0]?.json).toMatchObject({ outputs: { greeting: '7' } });
	});

	it('collects what failed blocks say', async () => {
		const running = stage.run(slow(), { ...ADA, ...CONTINUE });
		const id = await onlyRun();
		stage.account.finishRun(id, 'FAILED');
		const { message } = failureOf((await running).items[0]);
		expect(message).toContain('failed');
	});

	it('reads many runs one at a time', async () => {
		const parameters = slow();
		const items = people('a', 'b', 'c');
		const running = stage.run(parameters, { items });
		await until(() => stage.account.runs().length === 3);
		for (const { id } of stage.account.runs()) {
			stage.account.finishRun(id, 'COMPLETED', { greeting: ['done'] });
		}
		expect((await running).items).toHaveLength(3);
		expect(asked('GET', /\/v2\/runs\?/)).toEqual([]);
		expect(asked('GET', /results$/).length).toBeLessThanOrEqual(9);
	});

	it('waits for a run that was started here with Run > Wait', async () => {
		const started = await stage.run(use({ operation: 'start' }), ADA);
		const json = started.items[0]?.json;
		expect(json).toMatchObject({ graph_id: graphId, agent_id: null, url: null });
		const runId = rl(String(json?.id));
		const { items, error } = await stage.run({ resource: 'run', operation: 'wait', runId });
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(['Hello, Ada!']);
		const other = await stage.run({ resource: 'run', operation: 'get', runId: rl('other') });
		expect(other.error?.message).toContain('cannot read a run without the graph that it ran');
	});

	it('asks for inputs as JSON where a form is filled, which it cannot check', async () => {
		const inputs = { mappingMode: 'defineBelow', value: { name: 'Ada' } };
		const { error } = await stage.run(use({ inputsMode: 'form', inputs }), ADA);
		expect(error?.description).toContain("choose JSON under 'Specify Inputs'");
		expect(starts()).toEqual([]);
	});
});
