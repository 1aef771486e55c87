import { resetProcessState, servedApis } from '../../client/process/processState';
import { greetingAgent } from '../emulator/agents';
import { setStage, type Stage } from '../harness/account.cts';
import { openStageClient } from '../harness/client.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

const MINUTE_MS = 60_000;

describe('The choice between the APIs', () => {
	let stage: Stage;

	beforeEach(async () => {
		resetProcessState();
		stage = await setStage();
	});

	afterEach(async () => {
		jest.restoreAllMocks();
		expect(stage.emulator.contractViolations.filter((one) => one.startsWith('v1'))).toEqual([]);
		await stage.emulator.close();
	});

	const paths = () => stage.emulator.requests.map(({ method, path }) => `${method} ${path}`);
	const v1Only = (v1: 'V3' | 'V5' | 'V7' | 'none' = 'V7') =>
		Object.assign(stage.emulator.mode, { version: 'none', v1 });
	const afterMinutes = (minutes: number) => {
		const now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now + minutes * MINUTE_MS);
	};
	const getMe = async (more?: Record<string, string>) =>
		await (await openStageClient(stage, more)).call('getMe', {});
	const refused = async (more?: Record<string, string>) =>
		await getMe(more).then(
			() => new Error('It was not refused'),
			(error: Error) => error,
		);

	test('asks a server that has API v2 nothing', async () => {
		expect((await getMe()).user_id).toBe(stage.account.userId);
		const client = await openStageClient(stage);
		await client.call('getRun', { path: { run_id: 'nobody' } }).catch(() => undefined);
		expect(paths()).toEqual(['GET /external-api/v2/me', 'GET /external-api/v2/runs/nobody']);
	});

	test('takes API v1 after a bare 404 and two reads without the key', async () => {
		v1Only();
		expect(await getMe()).toMatchObject({ user_id: stage.account.userId, organization: null });
		expect(paths()).toEqual([
			'GET /external-api/v2/me',
			'GET /external-api/v2/openapi.json',
			'GET /external-api/openapi.json',
			'GET /external-api/v1/me',
		]);
		const reads = stage.emulator.requests.filter(({ path }) => path.endsWith('openapi.json'));
		for (const { headers } of reads) expect(headers['x-api-key']).toBeUndefined();
	});

	test('reads the descriptions once for all items and executions', async () => {
		v1Only();
		const clients = await Promise.all([1, 2, 3].map(async () => await openStageClient(stage)));
		await Promise.all(
			clients.flatMap((client) => [client.call('getMe', {}), client.call('getMe', {})]),
		);
		await getMe();
		expect(paths().filter((path) => path.endsWith('openapi.json'))).toHaveLength(2);
		expect(paths().filter((path) => path.endsWith('/v1/me'))).toHaveLength(7);
	});

	test('tries API v2 again after ten minutes, and no sooner', async () => {
		v1Only();
		await getMe();
		Object.assign(stage.emulator.mode, { version: 'N' });
		stage.emulator.requests.length = 0;
		await getMe();
		expect(paths()).toEqual(['GET /external-api/v1/me']);
		afterMinutes(11);
		stage.emulator.requests.length = 0;
		expect(await getMe()).toMatchObject({ organization: { id: stage.account.organizationId } });
		expect(paths()).toEqual(['GET /external-api/v2/me']);
	});

	test.each([
		['401', { status: 401 }],
		['403', { status: 403 }],
		['429', { status: 429 }],
		['500', { status: 500 }],
		['a page', { html: 200 }],
		['a dropped connection', { before: 'drop' as const }],
	])(
		'says what API v2 said where its description is %s, and remembers nothing',
		async (_, kind) => {
			v1Only();
			stage.emulator.faults.add({ path: /v2\/openapi\.json/, kind });
			expect((await refused()).message).toBe('AutoGPT found nothing at GET /me');
			expect(paths()).not.toContain('GET /external-api/openapi.json');
			expect((await getMe()).user_id).toBe(stage.account.userId);
		},
	);

	test('goes on with API v2 where old and new servers answer in turn', async () => {
		await getMe();
		const bare = { status: 404, body: { detail: 'Not Found' } };
		stage.emulator.faults.add({ path: /v2\/(me|openapi\.json)/, kind: bare, times: 3 });
		stage.emulator.requests.length = 0;
		expect((await getMe()).user_id).toBe(stage.account.userId);
		expect(paths().every((path) => !path.includes('/v1/'))).toBe(true);
	});

	test('is API v1 where an update was taken back for good', async () => {
		await getMe();
		v1Only();
		expect((await getMe()).organization).toBeNull();
		expect(paths().filter((path) => path.endsWith('/v2/me'))).toHaveLength(4);
	});

	test('says that no API is there', async () => {
		v1Only('none');
		const { message } = await refused();
		expect(message).toBe(`No AutoGPT API was found at ${stage.emulator.baseUrl}`);
	});

	test('goes back to API v2 where the address above redirects', async () => {
		const bare = { status: 404, body: { detail: 'Not Found' } };
		stage.emulator.faults.add({ path: /v2\/(me|openapi\.json)/, kind: bare, times: 2 });
		expect((await getMe()).user_id).toBe(stage.account.userId);
		expect(paths().at(-1)).toBe('GET /external-api/v2/me');
	});

	test('finds API v2 where a server has dropped API v1', async () => {
		v1Only();
		await getMe();
		Object.assign(stage.emulator.mode, { version: 'N', v1: 'none' });
		expect((await getMe()).organization).not.toBeNull();
		const root = stage.emulator.baseUrl.replace(/\/v2$/, '');
		expect(servedApis.of(root).isV1).toBe(false);
	});

	test('says that a server has dropped API v1, where it has none', async () => {
		v1Only();
		await getMe();
		v1Only('none');
		expect((await refused()).message).toContain('has dropped the older API v1');
	});

	test('says what an early form of API v1 lacks', async () => {
		v1Only('V3');
		expect((await refused()).message).toContain('early form of the older API v1');
		expect(paths()).not.toContain('GET /external-api/v1/me');
	});

	test('is the one that the credential names', async () => {
		expect((await getMe({ apiVersion: 'v1' })).organization).toBeNull();
		expect(paths()).toEqual(['GET /external-api/v1/me']);
		v1Only();
		stage.emulator.requests.length = 0;
		await refused({ apiVersion: 'v2' });
		expect(paths().every((path) => path.startsWith('GET /external-api/v2/'))).toBe(true);
	});

	test('sends a start once, whichever API it is', async () => {
		v1Only();
		const { graphId } = stage.account.createAgent(greetingAgent);
		const client = await openStageClient(stage);
		const run = await client.call('startAgentRun', {
			path: { agent_id: 'unknown' },
			body: { inputs: { name: 'Ada' } },
			graph: { graphId, graphVersion: 1 },
		});
		expect(stage.account.runs().map(({ id }) => id)).toEqual([run.id]);
		expect(stage.account.run(run.id).inputs).toEqual({ name: 'Ada' });
	});
});
