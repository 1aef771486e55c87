import type { INode, INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import type { JsonObject } from './json.cts';

/** How a node refers to a credential that n8n stores. */
export interface CredentialReference {
	id: string;
	name: string;
}

export interface NodeDraft {
	name: string;
	type: string;
	typeVersion?: number;
	parameters?: INodeParameters;
	credentials?: Record<string, CredentialReference>;
	/** The node's own settings: `onError`, `retryOnFail`, `maxTries`, `executeOnce`, `notes`… */
	settings?: Partial<Pick<INode, NodeSetting>>;
	position?: [number, number];
	webhookId?: string;
}

type NodeSetting =
	| 'alwaysOutputData'
	| 'disabled'
	| 'executeOnce'
	| 'maxTries'
	| 'notes'
	| 'onError'
	| 'retryOnFail'
	| 'waitBetweenTries';

export interface WorkflowDraft {
	name: string;
	nodes: JsonObject[];
	connections: JsonObject;
	settings?: JsonObject;
	pinData?: JsonObject;
}

const NODE_DISTANCE = 224;

/** A workflow whose nodes follow one another in the order given. */
export function chain(name: string, drafts: NodeDraft[], settings: JsonObject = {}): WorkflowDraft {
	const connections: JsonObject = {};
	drafts.slice(0, -1).forEach((draft, index) => {
		const next = drafts[index + 1];
		if (next) connections[draft.name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	});
	return {
		name,
		nodes: drafts.map((draft, index) => node(draft, index)),
		connections,
		settings: { executionOrder: 'v1', ...settings },
	};
}

function node(draft: NodeDraft, index: number): JsonObject {
	const { settings, ...rest } = draft;
	return {
		id: randomUUID(),
		typeVersion: 1,
		parameters: {},
		position: [index * NODE_DISTANCE, 0],
		...rest,
		...settings,
	};
}
