import { greetingAgent } from '../emulator/agents';
import { OLDER_SERVERS } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';

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
			agentId: rl(agentId),
			name: 'Mornings',
			inputsMode: 'json',
			inputsJson: '{"name":"Ada"}',
		});
		expect(error?.message).toContain('does not offer this operation (POST /schedules)');
		expect(error?.description).toContain('Nothing was changed');
	});

	describe('at a path that names an object', () => {
		const get = { resource: 'file', operation: 'get', fileId: rl('f-1') };

		beforeEach(() => {
			stage.emulator.mode.lacks = ['getFile', 'deleteFile'];
		});

		it('is no object that was not found', async () => {
			const { error } = await stage.run(get);
			expect(error?.message).toBe(
				'This AutoGPT server does not offer this operation (GET /files/{file_id})',
			);
			expect(error?.message).not.toContain('f-1');
			expect(asked('openapi.json')).toBe(1);
		});

		it('may lack it where the server does not describe itself', async () => {
			stage.emulator.faults.add({ path: /openapi/, kind: { status: 403 }, times: 9 });
			const { error } = await stage.run(get);
			expect(error?.message).toBe('AutoGPT found nothing at GET /files/f-1');
			expect(error?.description).toContain('does not offer this operation');
			expect(error?.description).toContain('the ID');
		});
	});

	it('is not suspected where AutoGPT names the object', async () => {
		const { error } = await stage.run({ resource: 'run', operation: 'get', runId: rl('nobody') });
		expect(error?.message).toBe("The run 'nobody' was not found");
		expect(asked('openapi.json')).toBe(0);
	});

	it('costs no request on servers that have the operation', async () => {
		await stage.run({ resource: 'run', operation: 'getMany' });
		await stage.run({ resource: 'run', operation: 'get', runId: rl('nobody') });
		expect(asked('openapi.json')).toBe(0);
	});
});
