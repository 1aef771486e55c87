import { greetingAgent } from '../emulator/agents';
import { OLDER_SERVERS } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';

const LIST = { resource: 'file', operation: 'getMany' };

describe('An operation that the server lacks', () => {
	let stage: Stage;

	beforeEach(async () => {
		stage = await setStage();
		Object.assign(stage.emulator.mode, OLDER_SERVERS.O2, { scopeNames: 'new' });
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const paths = () => stage.emulator.requests.map(({ method, path }) => `${method} ${path}`);
	const asked = (text: string) => paths().filter((path) => path.includes(text)).length;

	it('fails with that reason, and is not sent again within the execution', async () => {
		const { error } = await stage.run(LIST);
		expect(error?.message).toBe('This AutoGPT server does not offer this operation (GET /files)');
		expect(error?.description).toContain('It lacks: schedules, files.');
		expect(asked('openapi.json')).toBe(1);
		stage.emulator.requests.length = 0;
		const items = Array.from({ length: 60 }, () => ({ json: {} }));
		const many = await stage.run(LIST, {
			items,
			settings: { onError: 'continueRegularOutput' },
		});
		expect(many.items).toHaveLength(60);
		expect(asked('/files')).toBeLessThan(60);
	});

	it('fails with that reason where the method alone is unknown', async () => {
		const { agentId } = stage.account.createAgent(greetingAgent);
		const { error } = await stage.run({
			resource: 'schedule',
			operation: 'create',
			agentId: { __rl: true, mode: 'id', value: agentId },
			name: 'Mornings',
			inputsMode: 'json',
			inputsJson: '{"name":"Ada"}',
		});
		expect(error?.message).toContain('does not offer this operation (POST /schedules)');
		expect(error?.description).toContain('Nothing was changed');
	});

	it('costs no request on servers that have the operation', async () => {
		await stage.run({ resource: 'run', operation: 'getMany' });
		await stage.run({
			resource: 'run',
			operation: 'get',
			runId: { __rl: true, mode: 'id', value: 'nobody' },
		});
		expect(asked('openapi.json')).toBe(0);
	});
});
