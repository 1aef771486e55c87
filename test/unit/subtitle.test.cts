import { Workflow, type INode, type INodeParameters, type INodeTypes } from 'n8n-workflow';

import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node';
import { resources } from '../../nodes/AutoGpt/resources';

const type = new AutoGpt();
const nodeTypes: INodeTypes = {
	getByName: () => type,
	getByNameAndVersion: () => type,
	getKnownTypes: () => ({}),
};

/** What n8n shows below the node on the canvas. */
function subtitleOf(parameters: INodeParameters): unknown {
	const node: INode = {
		...{ id: 'node', name: 'AutoGPT', type: 'autoGpt', typeVersion: 1.1, position: [0, 0] },
		parameters,
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const { subtitle } = type.description;
	return workflow.expression.getSimpleParameterValue(node, subtitle, 'internal', {});
}

const picked = (name: string) => ({
	...{ __rl: true, mode: 'list', value: 'some-id' },
	cachedResultName: name,
});

describe("The node's subtitle", () => {
	it('names the operation and what was picked', () => {
		const agentId = picked('Greeting');
		const runAndWait = { resource: 'agent', operation: 'runAndWait' };
		expect(subtitleOf({ ...runAndWait, agentId })).toBe('Run and Wait: Greeting');
		const block = { resource: 'block', operation: 'run', blockId: picked('Fill Text Template') };
		expect(subtitleOf(block)).toBe('Run: Fill Text Template');
	});

	it('names the resource where nothing was picked', () => {
		const agentId = { __rl: true, mode: 'id', value: '={{ $json.agent }}' };
		const start = { resource: 'agent', operation: 'start', agentId };
		expect(subtitleOf(start)).toBe('Start: Agent');
		expect(subtitleOf({ resource: 'run', operation: 'getMany' })).toBe('Get Many: Run');
	});

	it('calls every operation as the panel does', () => {
		for (const { value: resource, name, operations } of resources) {
			for (const operation of operations) {
				const subtitle = subtitleOf({ resource, operation: operation.value });
				expect(subtitle).toBe(`${operation.name}: ${name}`);
			}
		}
	});
});
