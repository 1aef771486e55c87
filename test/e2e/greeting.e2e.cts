import { greetingAgent } from '../emulator/agents.ts';
import { greet, WORKFLOW_NAME } from '../host/greeting.cts';
import { searchList } from '../host/loaders.cts';
import { runNode } from '../host/run-node.cts';
import { AUTOGPT_NODE } from '../host/stack.cts';
import { useStack } from './stack.cts';
import { rl } from '../harness/locator.cts';

describe('The greeting, as npm start shows it', () => {
	const stack = useStack('greeting');

	test('is said by an agent that the workflow runs', async () => {
		const greeting = await greet(stack());
		expect(greeting.text).toBe('Hello, Ada!');
		expect(greeting.execution.status).toBe('success');
	});

	test('is said again by the same workflow after another start', async () => {
		await greet(stack());
		const named = (await stack().api.listWorkflows()).filter(({ name }) => name === WORKFLOW_NAME);
		expect(named).toHaveLength(1);
	});

	test('greets every item by its own name', async () => {
		const { agentId } = stack().account.createAgent(greetingAgent);
		const names = ['Ada', 'Grace', 'Zoë'];
		const result = await runNode(stack().api, {
			type: AUTOGPT_NODE,
			parameters: {
				resource: 'agent',
				operation: 'runAndWait',
				agentId: rl(agentId),
				inputsMode: 'json',
				inputsJson: '={{ { name: $json.name } }}',
			},
			credentials: stack().credentials,
			items: names.map((name) => ({ name })),
		});
		expect(result.error).toBeUndefined();
		expect(result.items.map(({ json }) => json.outputs)).toEqual(
			names.map((name) => ({ greeting: `Hello, ${name}!` })),
		);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	test('has its agent in the list that the node offers', async () => {
		const { agentId } = stack().account.createAgent({ ...greetingAgent, name: 'Only one' });
		const list = await searchList(stack().api, {
			type: AUTOGPT_NODE,
			method: 'searchAgents',
			parameter: 'agentId',
			parameters: { authentication: 'apiKey' },
			credentials: stack().credentials,
		});
		expect(list.results).toContainEqual(
			expect.objectContaining({ name: expect.stringContaining('Only one'), value: agentId }),
		);
	});
});
