import type { INode, INodeExecutionData } from 'n8n-workflow';

import { resetProcessState } from '../../client/process/processState';
import { BLOCK_IDS, crashingAgent, failingAgent, greetingAgent } from '../emulator/agents';
import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';

const MESSAGE = "Run of 'Failing agent' completed with failed blocks";
const FAIL = { failOn: ['failedBlocks', 'failed', 'stopped'] };

describe('A failed item', () => {
	let stage: Stage;
	let failing: string;
	let usualMode: Stage['emulator']['mode'];

	beforeAll(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
		usualMode = { ...stage.emulator.mode };
		failing = stage.account.createAgent(failingAgent).agentId;
	});

	afterEach(() => {
		// What one test has read, the next one reads itself.
		resetProcessState();
		stage.emulator.faults.clear();
		Object.assign(stage.emulator.mode, usualMode);
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const fail = async (settings: Partial<INode>, items?: INodeExecutionData[], key?: string) =>
		await stage.run(runAndWait(failing, {}, FAIL), { settings, items, key });

	/** What the run gave, as an item of it has it. */
	const facts = () => {
		const run = stage.account.runs().at(-1);
		return {
			id: run?.id,
			status: 'COMPLETED',
			outcome: 'completedWithFailedBlocks',
			outputs: { started: 'anything' },
			output_values: { started: ['anything'] },
			failed_blocks: [
				{ node_id: expect.any(String), block_name: 'Fail', message: 'The service said no' },
			],
			url: expect.stringContaining(`activeItem=${run?.id}`),
			agent_id: failing,
		};
	};

	it('has what its run gave, in the regular output', async () => {
		const { items } = await fail({ onError: 'continueRegularOutput' });
		expect(items).toHaveLength(1);
		const failure = failureOf(items[0]);
		expect(failure.message).toBe(MESSAGE);
		expect(failure.description).toBe("Failed blocks: 'Fail': The service said no.");
		expect(failure.run).toMatchObject(facts());
		expect(items[0]?.json).not.toHaveProperty('error');
	});

	it('has the same in the error output, beside the data of its input', async () => {
		const { items, errorItems } = await fail({ onError: 'continueErrorOutput' }, [
			{ json: { order: 7 } },
		]);
		expect(items).toEqual([]);
		expect(errorItems).toHaveLength(1);
		expect(errorItems[0]?.json).toMatchObject({
			order: 7,
			error: { message: MESSAGE, run: facts() },
		});
		expect(errorItems[0]?.pairedItem).toEqual({ item: 0 });
	});

	it('is kept apart from what went well, which Retry On Fail leaves alone', async () => {
		const greeting = stage.account.createAgent(greetingAgent).agentId;
		const parameters = runAndWait('={{ $json.agent }}', '={{ $json.inputs }}', FAIL);
		const before = stage.account.runs().length;
		const { items, errorItems } = await stage.run(parameters, {
			items: [
				{ json: { agent: failing, inputs: {} } },
				{ json: { agent: greeting, inputs: { name: 'Ada' } } },
			],
			settings: {
				...{ onError: 'continueErrorOutput', retryOnFail: true },
				...{ maxTries: 3, waitBetweenTries: 1 },
			},
		});
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
		expect(errorItems.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
		const starts = stage.emulator.requests.filter(
			({ method, path }) => method === 'POST' && path.endsWith('/runs'),
		);
		expect(starts.slice(-2)).toHaveLength(2);
		expect(stage.account.runs()).toHaveLength(before + 2);
	});

	it('costs no second run where all failed and Retry On Fail is on', async () => {
		const before = stage.account.runs().length;
		const { errorItems } = await fail({
			...{ onError: 'continueErrorOutput', retryOnFail: true },
			...{ maxTries: 3, waitBetweenTries: 1 },
		});
		expect(errorItems).toHaveLength(1);
		expect(stage.account.runs()).toHaveLength(before + 1);
	});

	it('stops the node with the ID and the link in its description', async () => {
		const { error } = await fail({});
		const run = stage.account.runs().at(-1);
		expect(error?.message).toBe(MESSAGE);
		expect(error?.description).toContain(`Run ID: ${run?.id}. Open http`);
		expect(error?.description).toContain(`activeItem=${run?.id}`);
	});

	it('names the agent of a run that it only waited for', async () => {
		const { agentId } = stage.account.createAgent(crashingAgent);
		const runId = stage.account.startRun(agentId, {});
		const { items } = await stage.run(
			{ resource: 'run', operation: 'wait', runId: rl(runId) },
			{ settings: { onError: 'continueRegularOutput' } },
		);
		expect(failureOf(items[0]).message).toBe("Run of 'Crashing agent' failed");
		expect(failureOf(items[0]).run).toMatchObject({ id: runId, agent_id: agentId });
	});

	it('reads block names once for each version of a graph, and only where a block failed', async () => {
		stage.emulator.requests.length = 0;
		await fail({ onError: 'continueRegularOutput' }, [{ json: {} }, { json: {} }]);
		const reads = (path: RegExp) =>
			stage.emulator.requests.filter((one) => one.method === 'GET' && path.test(one.path));
		expect(reads(/\/graphs\/[\w-]+\?version=\d+$/)).toHaveLength(1);
		expect(reads(/\/graphs\/[\w-]+\/blocks/)).toHaveLength(1);
		stage.emulator.requests.length = 0;
		const { agentId } = stage.account.createAgent(greetingAgent);
		await stage.run(runAndWait(agentId, { name: 'Ada' }));
		expect(reads(/\/graphs\/[\w-]+\?version=\d+$/)).toEqual([]);
	});

	it('takes the names from the version that ran', async () => {
		const { agentId, graphId } = stage.account.createAgent(failingAgent);
		const runId = stage.account.startRun(agentId, {});
		const nodes = failingAgent.nodes?.map((node) => ({ ...node, block_id: BLOCK_IDS.template }));
		await fetch(`${stage.emulator.baseUrl}/graphs/${graphId}`, {
			method: 'PUT',
			headers: { 'X-API-Key': stage.key, 'Content-Type': 'application/json' },
			body: JSON.stringify({ ...failingAgent, nodes }),
		});
		const { items } = await stage.run({
			resource: 'run',
			operation: 'get',
			runId: rl(runId),
		});
		const [block] = items[0]?.json.failed_blocks as Array<{ block_name: unknown }>;
		expect(block?.block_name).not.toBe('Fill Text Template');
	});

	it.each([
		['the graph cannot be read', { path: /\/graphs\/[\w-]+\?/, kind: { status: 500 } }],
		['its blocks cannot be listed', { path: /\/graphs\/[\w-]+\/blocks/, kind: { status: 403 } }],
	] as const)('says what failed although %s', async (_, fault) => {
		stage.emulator.faults.add({ method: 'GET', times: 20, ...fault });
		const { items } = await fail({ onError: 'continueRegularOutput' });
		const { message, description, run } = failureOf(items[0]);
		expect(message).toBe(MESSAGE);
		expect(description).toBe('Failed blocks: The service said no.');
		expect(run?.failed_blocks).toMatchObject([
			{ block_name: null, message: 'The service said no' },
		]);
	});

	it('is warned of only where a run with failed blocks counts as good', async () => {
		const continued = await fail({ onError: 'continueRegularOutput' });
		expect(continued.hints).toEqual([]);
		const good = await stage.run(runAndWait(failing, {}));
		expect(good.hints).toEqual([
			{
				message: expect.stringMatching(
					/'failed_blocks'.*Completed With Failed Blocks in 'Fail On'/,
				),
				type: 'warning',
				location: 'outputPane',
			},
		]);
		const raw = await stage.run(runAndWait(failing, {}, { output: 'raw' }));
		expect(raw.items[0]?.json).not.toHaveProperty('failed_blocks');
		expect(JSON.stringify(raw.hints)).toContain('node_executions');
		expect(JSON.stringify(raw.hints)).not.toContain('failed_blocks');
	});
});
