import { Workflow, type INode, type INodeParameters } from 'n8n-workflow';

import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node';

const nodeType = new AutoGpt();
const nodeTypes = {
	getByName: () => nodeType,
	getByNameAndVersion: () => nodeType,
	getKnownTypes: () => ({}),
};

/** Hints that n8n's editor shows at a node before it has data. */
function hintsAt(parameters: INodeParameters): string[] {
	const node: INode = {
		...{ id: '1', name: 'AutoGPT', type: 'autoGpt', typeVersion: 1, position: [0, 0] },
		parameters,
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const [stored = node] = Object.values(workflow.nodes);
	const hints = nodeType.description.hints ?? [];
	const isShown = (condition = '') =>
		workflow.expression.getSimpleParameterValue(stored, condition, 'internal', {});
	return hints
		.filter(({ displayCondition }) => isShown(displayCondition))
		.map(({ message }) => message);
}

const told = [expect.stringContaining('the runs go on in AutoGPT') as string];

describe('The hint about Stop', () => {
	it.each<INodeParameters>([
		{ resource: 'agent', operation: 'runAndWait' },
		{ resource: 'block', operation: 'run' },
		{ resource: 'run', operation: 'wait' },
		{ resource: 'review', operation: 'answer', waitForRun: true },
		// As in workflows from before the switch was a field.
		{ resource: 'agent', operation: 'runAndWait', options: { stopRunsOnCancel: false } },
	])('stands at what waits: %j', (parameters) => {
		expect(hintsAt(parameters)).toEqual(told);
	});

	it.each<INodeParameters>([
		{ resource: 'agent', operation: 'start' },
		{ resource: 'agent', operation: 'getMany' },
		{ resource: 'review', operation: 'answer' },
		{ resource: 'run', operation: 'wait', stopRunsOnCancel: true },
		{ resource: 'agent', operation: 'runAndWait', options: { stopRunsOnCancel: true } },
	])('does not stand where no run is left alone: %j', (parameters) => {
		expect(hintsAt(parameters)).toEqual([]);
	});
});
