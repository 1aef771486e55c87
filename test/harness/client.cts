import { LoadOptionsContext } from 'n8n-core';
import { Workflow, type ILoadOptionsFunctions, type INode, type INodeTypes } from 'n8n-workflow';

import { openClient } from '../../client/http/openClient';
import type { AutoGptClient } from '../../client/http/client';
// With its extension: AutoGpt.node.json lies beside it.
import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node.ts';
import type { Stage } from './account.cts';
import { MemoryCredentials, type CredentialData } from './credentials.cts';
import { additionalData, CREDENTIAL_ID } from './engine.cts';

/** One of n8n's own contexts, in which the node has this credential. */
function contextOf(credential: CredentialData): ILoadOptionsFunctions {
	const autoGpt = new AutoGpt();
	const node: INode = {
		id: 'node-1',
		name: 'AutoGPT',
		type: 'autoGpt',
		typeVersion: 1,
		position: [0, 0],
		parameters: { authentication: 'apiKey' },
		credentials: { autoGptApi: { id: CREDENTIAL_ID, name: 'AutoGPT' } },
	};
	const nodeTypes: INodeTypes = {
		getByName: () => autoGpt,
		getByNameAndVersion: () => autoGpt,
		getKnownTypes: () => ({}),
	};
	const credentials = new MemoryCredentials({ [CREDENTIAL_ID]: credential });
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return new LoadOptionsContext(workflow, node, additionalData(credentials, 'execution-1'), '');
}

/**
 * Opens the pack's own client in one of n8n's contexts, over real HTTP.
 *
 * @param more fields of the credential beside key and Base URL
 */
export async function openStageClient(stage: Stage, more?: CredentialData): Promise<AutoGptClient> {
	const { emulator, key } = stage;
	return await openClientFor({ apiKey: key, baseUrl: emulator.baseUrl, ...more });
}

/** The same for any credential. */
export async function openClientFor(credential: CredentialData): Promise<AutoGptClient> {
	return await openClient(contextOf(credential), 'autoGptApi');
}
