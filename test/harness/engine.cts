import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	NodeConnectionTypes,
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IPinData,
	type IRun,
	type IVersionedNodeType,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

// With its extension: AutoGpt.node.json lies beside it.
import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node.ts';
import { LATEST_VERSION } from '../../nodes/AutoGpt/framework/version.ts';
import { sourceNode } from './sourceNode.cts';
import { MemoryCredentials, type CredentialData } from './credentials.cts';

const NODE_TYPE = 'n8n-nodes-autogpt.autoGpt';
const TOOL_TYPE = `${NODE_TYPE}Tool`;
const SOURCE_TYPE = 'test.source';
const NODE_NAME = 'AutoGPT';
export const CREDENTIAL_ID = 'credential-1';

/** What a node under test is given. */
export interface NodeRun {
	parameters: INodeParameters;
	credential: CredentialData;
	credentialType?: 'autoGptApi' | 'autoGptOAuth2Api';
	/** Keeps the credential across runs, where n8n writes renewed tokens. */
	store?: MemoryCredentials;
	items?: INodeExecutionData[];
	/** Settings of the node such as `onError` and `retryOnFail`. */
	settings?: Partial<INode>;
	executionId?: string;
	/** With the fields of the node that n8n makes of it for AI agents. */
	asTool?: boolean;
	/** Passes of a loop in which the node is executed; 1 without one. */
	passes?: number;
	/** A second node after the first one, with the same parameters but for these settings. */
	second?: Partial<INode>;
	/** Presses Stop after this time. */
	cancelAfterMs?: number;
	/** Presses Stop as soon as this is so. */
	cancelWhen?: () => boolean;
}

/** What n8n's engine made of it. */
export interface NodeRunResult {
	run: IRun;
	/** First output: what went well, and failed items under Continue On Fail. */
	items: INodeExecutionData[];
	/** Second output, present when the node has an error output. */
	errorItems: INodeExecutionData[];
	/** The node's failure, when it stopped the workflow. */
	error?: Error & { description?: string | null; context?: IDataObject; failure?: unknown };
	hints: unknown[];
}

const AGAIN_TYPE = 'test.again';

/** Sends its items back into a loop, until it has had that many passes. */
function again(passes: number): INodeType {
	return {
		description: {
			...sourceNode.description,
			displayName: 'Again',
			name: 'again',
			group: ['transform'],
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
		},
		async execute() {
			const { $runIndex } = this.getWorkflowDataProxy(0);
			const items =
				Number($runIndex) + 1 < passes ? this.getWorkflowDataProxy(0).$items('Source') : [];
			return await Promise.resolve([items as INodeExecutionData[]]);
		},
	};
}

function nodeTypes(asTool: boolean, passes: number): INodeTypes {
	const autoGpt = new AutoGpt();
	// By this ending n8n knows the tool of a node.
	if (asTool) autoGpt.description.name += 'Tool';
	const known: Record<string, INodeType> = {
		[asTool ? TOOL_TYPE : NODE_TYPE]: autoGpt,
		[SOURCE_TYPE]: sourceNode,
		[AGAIN_TYPE]: again(passes),
	};
	const find = (type: string): INodeType => {
		const found = known[type];
		if (!found) throw new Error(`Unknown node type ${type}`);
		return found;
	};
	return {
		getByName: (type): INodeType | IVersionedNodeType => find(type),
		getByNameAndVersion: find,
		getKnownTypes: () => ({}),
	};
}

/** The surroundings that n8n gives an execution, with credentials from memory. */
export function additionalData(
	credentials: MemoryCredentials,
	executionId: string,
): IWorkflowExecuteAdditionalData {
	const data: Partial<IWorkflowExecuteAdditionalData> = {
		credentialsHelper: credentials,
		executionId,
		currentNodeExecutionIndex: 0,
		restApiUrl: '',
		instanceBaseUrl: '',
		formBaseUrl: '',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		formTestBaseUrl: '',
		webhookBaseUrl: '',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		webhookTestBaseUrl: '',
		variables: {},
		logAiEvent: () => undefined,
	};
	return data as IWorkflowExecuteAdditionalData;
}

/** Begins an execution; n8n before 2.0 takes what it needs one by one. */
function runEngine(
	engine: WorkflowExecute,
	workflow: Workflow,
	startNode: INode,
	pinData: IPinData,
) {
	const run = engine.run as (...given: unknown[]) => ReturnType<WorkflowExecute['run']>;
	return engine.run.length > 1
		? run.call(engine, workflow, startNode, undefined, pinData)
		: engine.run({ workflow, startNode, pinData });
}

/** Runs one node through n8n's own engine, over real HTTP. */
export async function runNode(options: NodeRun): Promise<NodeRunResult> {
	const items = options.items ?? [{ json: {} }];
	const credentials =
		options.store ?? new MemoryCredentials({ [CREDENTIAL_ID]: options.credential });
	const credentialType = options.credentialType ?? 'autoGptApi';
	const executionId = options.executionId ?? randomUUID();
	const node: INode = {
		id: 'node-1',
		name: NODE_NAME,
		type: options.asTool ? TOOL_TYPE : NODE_TYPE,
		typeVersion: LATEST_VERSION,
		position: [0, 0],
		parameters: options.parameters,
		credentials: { [credentialType]: { id: CREDENTIAL_ID, name: 'AutoGPT test account' } },
		...options.settings,
	};
	const start: INode = {
		id: 'source-1',
		name: 'Source',
		type: SOURCE_TYPE,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const { passes = 1 } = options;
	const to = (name: string) => ({ node: name, type: NodeConnectionTypes.Main, index: 0 });
	const more: INode[] = options.second
		? [{ ...node, id: 'node-2', name: 'AutoGPT 2', ...options.second }]
		: [];
	if (passes > 1) {
		const place = { typeVersion: 1, position: [0, 0] as [number, number], parameters: {} };
		more.push({ id: 'again-1', name: 'Again', type: AGAIN_TYPE, ...place });
	}
	const workflow = new Workflow({
		id: 'workflow-1',
		nodes: [start, node, ...more],
		connections: {
			Source: { main: [[to(NODE_NAME), ...(options.second ? [to('AutoGPT 2')] : [])]] },
			...(passes > 1 ? { [NODE_NAME]: { main: [[to('Again')]] } } : {}),
			...(passes > 1 ? { Again: { main: [[to(NODE_NAME)]] } } : {}),
		},
		active: false,
		nodeTypes: nodeTypes(options.asTool ?? false, passes),
	});
	const data = additionalData(credentials, executionId);
	const hooks = new ExecutionLifecycleHooks('internal', executionId, {
		id: 'workflow-1',
		name: 'Test',
		nodes: [start, node],
		connections: workflow.connectionsBySourceNode,
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
	});
	data.hooks = hooks;
	const engine = new WorkflowExecute(data, 'internal');
	const execution = runEngine(engine, workflow, start, { Source: items });
	if (options.cancelAfterMs !== undefined)
		setTimeout(() => execution.cancel(), options.cancelAfterMs);
	const watch = setInterval(() => options.cancelWhen?.() && execution.cancel(), 5);
	const run = await execution.finally(() => clearInterval(watch));
	const taskData = run.data.resultData.runData[NODE_NAME]?.[0];
	return {
		run,
		items: taskData?.data?.main?.[0] ?? [],
		errorItems: taskData?.data?.main?.[1] ?? [],
		error: run.data.resultData.error as NodeRunResult['error'],
		hints: taskData?.hints ?? [],
	};
}
