import { greetByGraph, GRAPH_NODE_NAME, runGreeting } from '../host/greeting.cts';
import { runNode } from '../host/run-node.cts';
import { AUTOGPT_NODE } from '../host/stack.cts';
import { useStack } from './stack.cts';

describe('An AutoGPT that has the older API v1 only', () => {
	const stack = useStack('apiV1', { emulator: { mode: { version: 'none', v1: 'V7' } } });
	const asked = (method: string, path: RegExp) =>
		stack().emulator.requests.filter((one) => one.method === method && path.test(one.path));

	test('greets, and goes on greeting with the same workflow after its update', async () => {
		const greeting = await greetByGraph(stack());
		expect(greeting.text).toBe('Hello, Ada!');
		expect(asked('POST', /\/v1\/graphs\/[\w-]+\/execute\/1$/)).toHaveLength(1);
		const [item] = greeting.execution.nodes[GRAPH_NODE_NAME]?.at(-1)?.outputs[0] ?? [];
		expect(item?.json).toMatchObject({ status: 'COMPLETED', agent_id: null, cost_cents: null });

		Object.assign(stack().emulator.mode, { version: 'N' });
		// The node believes in API v1 for ten minutes, and both are there.
		expect((await runGreeting(stack(), greeting.workflowId)).text).toBe('Hello, Ada!');
		await stack().restart('stop');
		expect((await runGreeting(stack(), greeting.workflowId)).text).toBe('Hello, Ada!');
		expect(asked('POST', /\/v1\/graphs\/[\w-]+\/execute\/1$/)).toHaveLength(2);
		expect(asked('POST', /\/v2\/library\/agents\/[\w-]+\/runs$/)).toHaveLength(1);
		expect(stack().account.runs()).toHaveLength(3);
	});

	test('says what it cannot do', async () => {
		Object.assign(stack().emulator.mode, { version: 'none' });
		const { error } = await runNode(stack().api, {
			type: AUTOGPT_NODE,
			parameters: { resource: 'run', operation: 'getMany' },
			credentials: stack().credentials,
			items: [{}],
		});
		expect(error?.message).toBe(
			'This AutoGPT serves only the older API v1, which cannot list runs',
		);
	});
});
