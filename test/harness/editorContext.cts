import { LoadOptionsContext } from 'n8n-core';
import {
	Workflow,
	type INode,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
} from 'n8n-workflow';

import { MemoryCredentials, type CredentialData } from './credentials.cts';
import { additionalData, CREDENTIAL_ID } from './engine.cts';

/** One of n8n's own contexts, as for the lists and forms of the editor. */
export function editorContext(
	type: INodeType,
	credential: CredentialData,
	parameters: INodeParameters = {},
): LoadOptionsContext {
	const node: INode = {
		id: 'node-1',
		name: 'AutoGPT',
		type: 'autoGpt',
		typeVersion: 1,
		position: [0, 0],
		parameters: { authentication: 'apiKey', ...parameters },
		credentials: { autoGptApi: { id: CREDENTIAL_ID, name: 'AutoGPT' } },
	};
	const find = () => type;
	const nodeTypes: INodeTypes = {
		getByName: find,
		getByNameAndVersion: find,
		getKnownTypes: () => ({}),
	};
	const data = additionalData(
		new MemoryCredentials({ [CREDENTIAL_ID]: credential }),
		'execution-1',
	);
	data.currentNodeParameters = node.parameters;
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return new LoadOptionsContext(workflow, node, data, '');
}
