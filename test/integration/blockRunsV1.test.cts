import type { INodeParameters } from 'n8n-workflow';

import { resetProcessState } from '../../client/process/processState';
import { BLOCK_IDS } from '../emulator/agents';
import { failureOf, setStage, type Stage } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { rl } from '../harness/locator.cts';
import { CONTINUE } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

const RETRY = { settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } };

describe('Blocks and credentials on a server with API v1 only', () => {
	let stage: Stage;

	beforeEach(async () => {
		resetProcessState();
		stage = await setStage({ mode: { version: 'none', v1: 'V7' } });
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations.filter((one) => one.startsWith('v1'))).toEqual([]);
		await stage.emulator.close();
	});

	const sent = () =>
		stage.emulator.requests.filter(({ method, path }) => method !== 'GET' && path.includes('/v1/'));
	const block = (inputsJson: string, blockId: string = BLOCK_IDS.template): INodeParameters => ({
		...{ resource: 'block', operation: 'run', blockId: rl(blockId), inputsMode: 'json' },
		inputsJson,
	});
	const GREETING = '{"format":"Hello, {{ name }}!","values":{"name":"Ada"}}';
	test('run a block in one request, and make no agent for it', async () => {
		const { items, error } = await stage.run(block(GREETING));
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			...{ id: null, status: 'COMPLETED', outputs: { output: 'Hello, Ada!' } },
			...{ agent_id: null, graph_id: null, cost_cents: null },
		});
		expect(sent().map(({ path }) => path)).toEqual([
			`/external-api/v1/blocks/${BLOCK_IDS.template}/execute`,
		]);
	});

	test('run a block once for each item', async () => {
		const names = ['Ada', 'Grace', 'Alan'];
		const { items } = await stage.run(
			block('={{ JSON.stringify({ format: "Hi " + $json.name, values: {} }) }}'),
			{ items: names.map((name) => ({ json: { name } })) },
		);
		expect(items).toHaveLength(3);
		expect(sent()).toHaveLength(3);
	});

	test.each([
		['a lost response', { after: 'drop' as const }],
		['a page of a proxy', { html: 502 }],
	])('run a block once, whatever n8n repeats after %s', async (_, kind) => {
		stage.emulator.faults.add({ method: 'POST', path: /execute$/, kind, times: 9 });
		const { error } = await stage.run(block(GREETING), RETRY);
		expect(error?.message).toContain('is not certain');
		expect(sent()).toHaveLength(1);
	});

	test('say what a block that fails may have failed of', async () => {
		const { error } = await stage.run(block('{"message":"No"}', BLOCK_IDS.fail), RETRY);
		expect(error?.message).toContain('The block failed');
		expect(error?.description).toContain('charged all the same');
	});

	test('say why a block with a credential is not run', async () => {
		const { items } = await stage.run(block('{"prompt":"Hi"}', BLOCK_IDS.ai), CONTINUE);
		expect(failureOf(items[0]).message).toContain('needs a credential');
		expect(sent()).toEqual([]);
	});

	test('tell of no secret that a refusal repeats', async () => {
		const create = {
			resource: 'integrationCredential',
			operation: 'create',
			...{ provider: 'openai', apiKey: 'sk-very-secret' },
		};
		const detail = [
			{
				type: 'missing',
				loc: ['body', 'title'],
				msg: 'sk-very-s',
				input: { api_key: 'sk-very-secret' },
			},
		];
		const kind = { status: 422, body: { detail } };
		stage.emulator.faults.add({ method: 'POST', path: /v1\/integrations/, kind });
		const { error, run } = await stage.run(create);
		expect(error?.message).toBe('AutoGPT did not accept: title (missing)');
		expect(JSON.stringify([error?.message, error?.description, run.data])).not.toContain(
			'sk-very-s"',
		);
	});

	test('sends the type of a credential, which the server asks for', async () => {
		await stage.run({
			resource: 'integrationCredential',
			operation: 'create',
			...{ provider: 'openai', apiKey: 'sk-very-secret' },
		});
		expect(sent().map(({ body }) => JSON.parse(body ?? '') as object)).toEqual([
			{ type: 'api_key', api_key: 'sk-very-secret', title: 'openai' },
		]);
	});

	test('takes the greatest number of the versions of a graph', async () => {
		const path = /store\/agents\/emulator-creator/;
		const body = {
			...{ store_listing_version_id: 'v', slug: 's', agent_name: 'n', creator: 'c' },
			...{ description: '', versions: ['1'], graph_id: 'g', graph_versions: ['10', '9'] },
			last_updated: '2026-10-02T11:00:00Z',
		};
		stage.emulator.faults.add({ path, kind: { status: 200, body } });
		const { items } = await stage.run({
			resource: 'marketplaceAgent',
			operation: 'get',
			...{
				marketplaceAgent: rl('emulator-creator/greeting-agent'),
				simplify: false,
				output: 'raw',
			},
		});
		expect(items[0]?.json.graph_versions).toEqual([9, 10]);
	});
});
