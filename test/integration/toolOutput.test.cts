import type { INodeParameters } from 'n8n-workflow';

import { runAndWait, setStage, type Stage } from '../harness/account.cts';
import { greetingAgent } from '../platform/agents';

describe('Output of a tool for AI agents', () => {
	let stage: Stage;
	let id: string;

	beforeAll(async () => {
		stage = await setStage();
		({ agentId: id } = stage.account.createAgent(greetingAgent));
	});

	afterAll(async () => {
		expect(stage.platform.contractViolations).toEqual([]);
		await stage.platform.close();
	});

	const fieldsWith = async (parameters: INodeParameters, asTool = true) => {
		const agentId = { __rl: true, mode: 'id', value: id };
		const { items, error } = await stage.run(
			{ resource: 'agent', operation: 'get', agentId, ...parameters },
			{ asTool },
		);
		expect(error).toBeUndefined();
		expect(items[0]?.json.id).toBe(id);
		return Object.keys(items[0]?.json ?? {});
	};

	it('is simplified unless told otherwise, as that of the node is', async () => {
		const simple = await fieldsWith({}, false);
		expect(simple.length).toBeLessThanOrEqual(10);
		expect(await fieldsWith({})).toEqual(simple);
		expect(await fieldsWith({ output: 'simplified' })).toEqual(simple);
	});

	it('is the whole response when raw', async () => {
		const whole = await fieldsWith({ simplify: false }, false);
		expect(whole.length).toBeGreaterThan(10);
		expect(await fieldsWith({ output: 'raw' })).toEqual(whole);
	});

	it('has the ID and the fields that were selected', async () => {
		const output = 'selected';
		const chosen = await fieldsWith({ output, selectedFields: 'name, graph_version,nothing' });
		expect(chosen).toEqual(['id', 'name', 'graph_version']);
		expect(await fieldsWith({ output })).toEqual(['id']);
	});

	it('suits runs, whose outputs stay simple', async () => {
		const { items } = await stage.run(runAndWait(id, { name: 'Ada' }));
		const runId = { __rl: true, mode: 'id', value: String(items[0]?.json.id) };
		const get = { resource: 'run', operation: 'get', runId };
		const tool = await stage.run(
			{ ...get, output: 'selected', selectedFields: ['outputs', 'failed_blocks', 'started_at'] },
			{ asTool: true },
		);
		expect(Object.keys(tool.items[0]?.json ?? {})).toEqual([
			'id',
			'outputs',
			'failed_blocks',
			'started_at',
		]);
		expect(tool.items[0]?.json.outputs).toEqual({ greeting: 'Hello, Ada!' });
		const simple = await stage.run(get, { asTool: true });
		expect(simple.items[0]?.json).toMatchObject({ outcome: 'completed' });
	});

	it('belongs to the tool alone, which has no Simplify', async () => {
		const simple = await fieldsWith({}, false);
		expect(await fieldsWith({ output: 'raw' }, false)).toEqual(simple);
		expect(await fieldsWith({ simplify: false })).toEqual(simple);
	});
});
