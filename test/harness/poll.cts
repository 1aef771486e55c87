import 'reflect-metadata';
import { PollContext } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IVersionedNodeType,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { AutoGptTrigger } from '../../nodes/AutoGptTrigger/AutoGptTrigger.node.ts';
import { MemoryCredentials, type CredentialData } from './credentials.cts';
import { additionalData, CREDENTIAL_ID } from './engine.cts';

const NODE_TYPE = 'n8n-nodes-autogpt.autoGptTrigger';

/** A trigger node under test. */
export interface TriggerOptions {
	parameters: INodeParameters;
	credential: CredentialData;
	credentialType?: 'autoGptApi' | 'autoGptOAuth2Api';
	store?: MemoryCredentials;
	workflowId?: string;
	nodeId?: string;
	nodeName?: string;
	/** Time for each poll, as n8n's scheduler gives it. */
	budgetMs?: number;
	/** What n8n kept from before: all static data of the workflow, as JSON. */
	staticData?: string;
}

/** A trigger node in n8n's own poll context, in memory. */
export interface TestTrigger {
	/** One poll; the items, or none. */
	poll(mode?: WorkflowExecuteMode): Promise<INodeExecutionData[]>;
	/** n8n's own context of one poll. */
	context(mode?: WorkflowExecuteMode): PollContext;
	/** All static data of the workflow, as n8n would keep it. */
	staticData(): string;
	/** Starts n8n again with what it kept last: nothing else survives. */
	restart(changes?: Partial<TriggerOptions>): TestTrigger;
	/** Publishes the workflow again within the same n8n, with what it kept last. */
	republish(changes?: Partial<TriggerOptions>): TestTrigger;
	parameters: INodeParameters;
	budgetMs?: number;
}

/** Sets up a trigger node. */
export function setTrigger(
	options: TriggerOptions,
	type: AutoGptTrigger = new AutoGptTrigger(),
): TestTrigger {
	const nodeTypes: INodeTypes = {
		getByName: (): INodeType | IVersionedNodeType => type,
		getByNameAndVersion: () => type,
		getKnownTypes: () => ({}),
	};
	const credentialType = options.credentialType ?? 'autoGptApi';
	const node: INode = {
		id: options.nodeId ?? 'trigger-1',
		name: options.nodeName ?? 'AutoGPT Trigger',
		type: NODE_TYPE,
		typeVersion: 1,
		position: [0, 0],
		parameters: options.parameters,
		credentials: { [credentialType]: { id: CREDENTIAL_ID, name: 'AutoGPT test account' } },
	};
	const workflow = new Workflow({
		id: options.workflowId ?? 'workflow-1',
		nodes: [node],
		connections: {},
		active: true,
		nodeTypes,
		staticData: JSON.parse(options.staticData ?? '{}') as IDataObject,
	});
	const credentials =
		options.store ?? new MemoryCredentials({ [CREDENTIAL_ID]: options.credential });
	const trigger: TestTrigger = {
		parameters: options.parameters,
		budgetMs: options.budgetMs,
		context: (mode = 'trigger') =>
			new PollContext(
				workflow,
				node,
				additionalData(credentials, 'execution-1'),
				mode,
				'activate',
				undefined,
				undefined,
				undefined,
				undefined,
				undefined,
				trigger.budgetMs === undefined ? undefined : () => trigger.budgetMs ?? 0,
			),
		poll: async (mode) => {
			const result = await type.poll.call(trigger.context(mode));
			return result?.flat() ?? [];
		},
		staticData: () => JSON.stringify(workflow.staticData),
		republish: (changes) =>
			setTrigger({ ...options, staticData: trigger.staticData(), ...changes }, type),
		restart: (changes) => setTrigger({ ...options, staticData: trigger.staticData(), ...changes }),
	};
	return trigger;
}
