import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	NodeConnectionTypes,
	NodeHelpers,
	Workflow,
	type IConnections,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IVersionedNodeType,
} from 'n8n-workflow';

import { sourceNode } from '../harness/sourceNode.cts';
import { MemoryCredentials, type CredentialData } from '../harness/credentials.cts';
import { additionalData, CREDENTIAL_ID } from '../harness/engine.cts';

export type AnyNodeType = INodeType | IVersionedNodeType;

/** A node of a workflow that is measured. */
export interface Step {
	name: string;
	type: string;
	version?: number;
	parameters?: INodeParameters;
	/** Names of the steps that its outputs lead to, by output. */
	next?: string[][];
}

/** A workflow that is measured: its first step is given the items. */
export interface MeasuredWorkflow {
	types: Record<string, AnyNodeType>;
	steps: Step[];
	credential: CredentialData;
	items: INodeExecutionData[];
}

function nodeTypes(known: Record<string, AnyNodeType>): INodeTypes {
	const find = (type: string): AnyNodeType => {
		const found = type === 'bench.source' ? sourceNode : known[type];
		if (!found) throw new Error(`Unknown node type ${type}`);
		return found;
	};
	return {
		getByName: find,
		getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(find(type), version),
		getKnownTypes: () => ({}),
	};
}

function nodesOf(steps: Step[]): INode[] {
	return steps.map(({ name, type, version = 1, parameters = {} }, index) => ({
		id: `node-${index}`,
		name,
		type,
		typeVersion: version,
		position: [0, 0],
		parameters,
		credentials: { autoGptApi: { id: CREDENTIAL_ID, name: 'AutoGPT' } },
	}));
}

function connectionsOf(steps: Step[]): IConnections {
	const wires = steps.map(({ name, next = [] }): [string, IConnections[string]] => [
		name,
		{
			main: next.map((names) =>
				names.map((node) => ({ node, type: NodeConnectionTypes.Main, index: 0 })),
			),
		},
	]);
	return Object.fromEntries(wires);
}

/**
 * Runs a workflow through n8n's own engine.
 *
 * @returns how many items each step returned by its first output, over all its passes
 * @throws what stopped the workflow
 */
export async function runWorkflow(measured: MeasuredWorkflow): Promise<Map<string, number>> {
	const first = measured.steps[0]?.name ?? '';
	const steps: Step[] = [
		{ name: 'Source', type: 'bench.source', next: [[first]] },
		...measured.steps,
	];
	const nodes = nodesOf(steps);
	const workflow = new Workflow({
		id: 'workflow-1',
		nodes,
		connections: connectionsOf(steps),
		active: false,
		nodeTypes: nodeTypes(measured.types),
	});
	const executionId = randomUUID();
	const data = additionalData(
		new MemoryCredentials({ [CREDENTIAL_ID]: measured.credential }),
		executionId,
	);
	data.hooks = new ExecutionLifecycleHooks('internal', executionId, {
		id: 'workflow-1',
		name: 'Benchmark',
		nodes,
		connections: workflow.connectionsBySourceNode,
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
	});
	const engine = new WorkflowExecute(data, 'internal');
	const [startNode] = nodes;
	const run = await engine.run({ workflow, startNode, pinData: { Source: measured.items } });
	const { error, runData } = run.data.resultData;
	if (error) throw new Error(`${error.message} ${'description' in error ? error.description : ''}`);
	return new Map(
		Object.entries(runData).map(([name, passes]) => [
			name,
			passes.reduce((sum, { data: out }) => sum + (out?.main?.[0]?.length ?? 0), 0),
		]),
	);
}
