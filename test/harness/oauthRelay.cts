import 'reflect-metadata';
import { WebhookContext } from 'n8n-core';
import {
	Workflow,
	type INode,
	type INodeParameters,
	type INodeTypes,
	type IWebhookData,
	type IWebhookResponseData,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { AutoGptOAuthRelay } from '../../nodes/AutoGptOAuthRelay/AutoGptOAuthRelay.node.ts';
import { MemoryCredentials } from './credentials.cts';
import { additionalData } from './engine.cts';

/** What came back to a request, and what the node told n8n to do with it. */
export interface Relayed {
	status: number;
	headers: Record<string, string>;
	body: unknown;
	result: IWebhookResponseData;
}

/** Sends a request to the relay node in n8n's own webhook context. */
export async function sendToRelay(
	parameters: INodeParameters,
	contentType: string | undefined,
	body: unknown,
	typeVersion = 2,
	authorization?: string,
): Promise<Relayed> {
	const type = new AutoGptOAuthRelay();
	const nodeTypes: INodeTypes = {
		getByName: () => type,
		getByNameAndVersion: () => type,
		getKnownTypes: () => ({}),
	};
	const node: INode = {
		id: '1',
		name: 'AutoGPT OAuth Relay',
		type: 'n8n-nodes-autogpt.autoGptOAuthRelay',
		typeVersion,
		position: [0, 0],
		parameters,
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: true, nodeTypes });
	const sent: Omit<Relayed, 'result'> = { status: 0, headers: {}, body: undefined };
	const httpResponse = {
		status(code: number) {
			sent.status = code;
			return httpResponse;
		},
		set(name: string, value: string) {
			sent.headers[name.toLowerCase()] = value;
			return httpResponse;
		},
		json(value: unknown) {
			sent.body = value;
		},
	};
	const headers = { 'content-type': contentType, authorization };
	const httpRequest = { headers, body, params: {}, query: {} };
	const data = {
		...additionalData(new MemoryCredentials({}), 'webhook'),
		httpRequest,
		httpResponse,
	} as unknown as IWorkflowExecuteAdditionalData;
	const [webhookDescription] = type.description.webhooks ?? [];
	const webhook = { webhookDescription } as unknown as IWebhookData;
	const context = new WebhookContext(workflow, node, data, 'webhook', webhook, [], null);
	const result = await type.webhook.call(context);
	return { ...sent, result };
}
