import { startEmulator, type Emulator } from '../emulator/index.cts';
import { greetingAgent } from '../emulator/agents';
import { runNode } from '../harness/engine.cts';
import { rl } from '../harness/locator.cts';

describe('Agent: Run and Wait', () => {
	let emulator: Emulator;

	beforeAll(async () => {
		emulator = await startEmulator();
	});

	afterAll(async () => await emulator.close());

	it('gives the outputs of the agent', async () => {
		const account = emulator.createAccount();
		const { agentId } = account.createAgent(greetingAgent);
		const { items, error } = await runNode({
			credential: { apiKey: account.createKey(), baseUrl: emulator.baseUrl },
			parameters: {
				resource: 'agent',
				operation: 'runAndWait',
				agentId: rl(agentId),
				inputsMode: 'json',
				inputsJson: '{"name":"Ada"}',
			},
		});
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			status: 'COMPLETED',
			outputs: { greeting: 'Hello, Ada!' },
		});
		expect(emulator.contractViolations).toEqual([]);
	});
});
