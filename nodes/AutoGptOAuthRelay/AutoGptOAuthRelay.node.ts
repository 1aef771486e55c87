import {
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import {
	NOT_A_TOKEN_REQUEST,
	readTokenRequest,
	standardAnswer,
	type RelayAnswer,
} from '../../client/oauth/relay';
import { askTokenEndpoint } from '../../client/http/tokenEndpoint';

/** As much of the web server's response as is used here. */
interface WebResponse {
	status(code: number): WebResponse;
	set(header: string, value: string): WebResponse;
	json(body: unknown): unknown;
}

async function relay(functions: IWebhookFunctions): Promise<RelayAnswer> {
	const contentType = functions.getHeaderData()['content-type'];
	const request = readTokenRequest(contentType, functions.getBodyData());
	if (!request) return NOT_A_TOKEN_REQUEST;
	const endpointUrl = String(functions.getNodeParameter('endpointUrl'));
	return standardAnswer(await askTokenEndpoint(functions, endpointUrl, request));
}

/**
 * Stands between n8n, which sends token requests as a form, and AutoGPT, which reads JSON only. It
 * answers within the web request and starts no execution, so that n8n keeps nothing of it.
 */
export class AutoGptOAuthRelay implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AutoGPT OAuth Relay',
		name: 'autoGptOAuthRelay',
		icon: { light: 'file:../AutoGpt/autogpt.svg', dark: 'file:../AutoGpt/autogpt.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["endpointUrl"] }}',
		description:
			"Gets OAuth2 tokens from AutoGPT for the credential 'AutoGPT OAuth2 API'. Needed once; an API key works without it",
		defaults: { name: 'AutoGPT OAuth Relay' },
		inputs: [],
		outputs: [],
		credentials: [],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				isFullPath: true,
				path: '={{ $parameter["path"] }}',
			},
		],
		properties: [
			{
				displayName:
					"Publish this workflow, and put the Production URL above into the field 'Token Relay URL' of the credential AutoGPT OAuth2 API. No execution is started: n8n keeps nothing of the token requests.",
				name: 'notice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Token URL',
				name: 'endpointUrl',
				type: 'string',
				noDataExpression: true,
				required: true,
				default: 'https://backend.agpt.co/api/oauth/token',
				placeholder: 'e.g. https://backend.agpt.co/api/oauth/token',
				description: 'Address at which AutoGPT issues tokens. Leave it as it is for AutoGPT Cloud.',
				hint: 'Self-hosted with Docker Compose: http://HOST:8006/api/oauth/token. Single container: http://HOST:3000/_agpt/api/oauth/token.',
			},
			{
				displayName: 'Path',
				name: 'path',
				type: 'string',
				noDataExpression: true,
				required: true,
				default: 'autogpt-oauth-token',
				placeholder: 'e.g. autogpt-oauth-token',
				description:
					'End of the Production URL. Change it only for a second relay in the same n8n.',
			},
		],
	};

	/** Nothing has to be registered elsewhere. */
	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	/** Without `workflowData` n8n starts no execution. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { status, body } = await relay(this);
		const response: WebResponse = this.getResponseObject();
		response.status(status).set('Cache-Control', 'no-store').json(body);
		return { noWebhookResponse: true };
	}
}
