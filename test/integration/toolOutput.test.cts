import type { INodeParameters } from 'n8n-workflow';

import { runAndWait, setStage, type Stage } from '../harness/account.cts';
// With its extension: AutoGpt.node.json lies beside it.
import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node.ts';
import { trials, World } from '../operations/index.cts';
import { perform } from '../operations/reach.cts';
import { greetingAgent } from '../emulator/agents';
import { rl } from '../harness/locator.cts';

/** Values of Selected Fields for an operation; undefined where it has no Output. */
function offered(use: string): string[] | undefined {
	const [resource = '', operation = ''] = use.split('.');
	const field = new AutoGpt().description.properties.find(
		({ name, displayOptions: { show } = {} }) =>
			name === 'selectedFields' &&
			show?.resource?.includes(resource) &&
			show.operation?.includes(operation),
	);
	return field?.options?.map((option) => String('value' in option && option.value));
}

describe('Output of a tool for AI agents', () => {
	let stage: Stage;
	let id: string;

	beforeAll(async () => {
		stage = await setStage({ mode: { emptyFolderId: 'root' } });
		({ agentId: id } = stage.account.createAgent(greetingAgent));
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const fieldsWith = async (parameters: INodeParameters, asTool = true) => {
		const agentId = rl(id);
		const { items, error } = await stage.run(
			{ resource: 'agent', operation: 'get', agentId, ...parameters },
			{ asTool },
		);
		expect(error).toBeUndefined();
		expect(items[0]?.json.id).toBe(id);
		return Object.keys(items[0]?.json ?? {});
	};

	it('is simplified unless set otherwise, as that of the node is', async () => {
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
		const chosen = await fieldsWith({ output, selectedFields: ['name', 'graph_version'] });
		expect(chosen).toEqual(['id', 'name', 'graph_version']);
		expect(await fieldsWith({ output })).toEqual(['id']);
		const byExpression = '={{ "name, graph_version,nothing" }}';
		expect(await fieldsWith({ output, selectedFields: byExpression })).toEqual(chosen);
	});

	it('suits runs, whose outputs stay simple', async () => {
		const { items } = await stage.run(runAndWait(id, { name: 'Ada' }));
		const runId = rl(String(items[0]?.json.id));
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

	const simplifying = trials.filter(({ use }) => offered(use) !== undefined);

	it.each(simplifying.map((trial) => [trial.use, trial.about ?? 'as usual', trial] as const))(
		'offers every field of %s (%s)',
		async (use, _, trial) => {
			const world = new World(stage.emulator);
			const given = await trial.given(world);
			const { items, error } = await perform(world, trial, { ...given, simplify: false });
			expect(error).toBeUndefined();
			const names = new Set(items.flatMap(({ json }) => Object.keys(json)));
			const ids = names.has('id') ? ['id'] : [...names].filter((name) => name.endsWith('_id'));
			expect(offered(use)).toEqual(
				expect.arrayContaining([...names].filter((name) => !ids.includes(name))),
			);
			for (const id of ids) expect(offered(use)).not.toContain(id);
		},
	);

	it('belongs to the tool alone, which has no Simplify', async () => {
		const simple = await fieldsWith({}, false);
		expect(await fieldsWith({ output: 'raw' }, false)).toEqual(simple);
		expect(await fieldsWith({ simplify: false })).toEqual(simple);
	});
});
