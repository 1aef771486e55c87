import { startPlatform, type Platform } from '../platform/index.cts';
import { greetingAgent } from '../platform/agents';
import { runNode } from '../harness/engine.cts';

describe('Agent: Run and Wait', () => {
	let platform: Platform;

	beforeAll(async () => {
		platform = await startPlatform();
	});

	afterAll(async () => await platform.close());

	it('gives the outputs of the agent', async () => {
		const account = platform.createAccount();
		const { agentId } = account.createAgent(greetingAgent);
		const { items, error } = await runNode({
			credential: { apiKey: account.createKey(), baseUrl: platform.baseUrl },
			parameters: {
				resource: 'agent',
				operation: 'runAndWait',
				agentId: { __rl: true, mode: 'id', value: agentId },
				inputsMode: 'json',
				inputsJson: '{"name":"Ada"}',
			},
		});
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			status: 'COMPLETED',
			outputs: { greeting: 'Hello, Ada!' },
		});
		expect(platform.contractViolations).toEqual([]);
	});
});
