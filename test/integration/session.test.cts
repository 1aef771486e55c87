import { Agents } from '../../client/agents/agents';
import { findBlock } from '../../client/agents/blocks';
import { greetingAgent } from '../emulator/agents';
import { setStage, type Stage } from '../harness/account.cts';
import { openStageClient } from '../harness/client.cts';

const HOUR_MS = 3_600_000;

describe('The session of an execution', () => {
	let stage: Stage;

	beforeEach(async () => {
		stage = await setStage();
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const requestsTo = (path: RegExp) =>
		stage.emulator.requests.filter((request) => path.test(request.path));

	test('asks once for what several of its clients want to know', async () => {
		const { agentId } = stage.account.createAgent(greetingAgent);
		const client = await openStageClient(stage);
		const agents = [client, client.withSignal(AbortSignal.timeout(HOUR_MS)), client.afterStop()];
		for (const each of agents) expect((await new Agents(each).read(agentId))?.id).toBe(agentId);
		expect(requestsTo(/\/library\/agents\/[^/]+$/)).toHaveLength(1);
	});

	test("keeps the server's clock for clients derived from the first", async () => {
		stage.emulator.clock.advance(HOUR_MS);
		const client = await openStageClient(stage);
		await client.call('getMe', {});
		for (const each of [client, client.withSignal(undefined), client.afterStop()]) {
			expect(each.serverNow().getTime() - Date.now()).toBeGreaterThan(HOUR_MS - 5_000);
		}
	});

	test('asks again for what Stop cut off', async () => {
		const client = await openStageClient(stage);
		const [block] = (await client.call('listBlocks', { query: { limit: 1 } })).items;
		const id = block?.id ?? '';
		const stopped = client.withSignal(AbortSignal.abort(new Error('Stop')));
		await expect(findBlock(stopped, id)).rejects.toThrow('Stop');
		expect((await findBlock(client, id)).id).toBe(id);
	});

	test('is not that of another execution', async () => {
		const { agentId } = stage.account.createAgent(greetingAgent);
		for (let execution = 0; execution < 2; execution++) {
			await new Agents(await openStageClient(stage)).read(agentId);
		}
		expect(requestsTo(/\/library\/agents\/[^/]+$/)).toHaveLength(2);
	});

	test('hides the secrets of one call, and of no other', async () => {
		const client = await openStageClient(stage);
		const fault = { message: 'It said pa$$word', description: '', outcome: 'refused' as const };
		expect(client.withSecrets(['pa$$word', '']).error(fault).message).toBe('It said ***');
		expect(client.error(fault).message).toBe('It said pa$$word');
	});
});
