import {
	type IHookFunctions,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import {
	CLIENT_ID_MISSING,
	NOT_A_TOKEN_REQUEST,
	OTHER_CLIENT,
	readClientIds,
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

/** A node of this version, stored without a client ID, passes on the requests of every app. */
const SERVES_ALL_IF_EMPTY = 1;

/** Why the requests of this app are not passed on; undefined where they are. */
function refusalOf(functions: IWebhookFunctions, clientId: unknown): RelayAnswer | undefined {
	const own = readClientIds(functions.getNodeParameter('clientId', ''));
	if (own.length > 0) return own.some((id) => id === clientId) ? undefined : OTHER_CLIENT;
	return functions.getNode().typeVersion === SERVES_ALL_IF_EMPTY ? undefined : CLIENT_ID_MISSING;
}

async function relay(functions: IWebhookFunctions): Promise<RelayAnswer> {
	const { 'content-type': contentType, authorization } = functions.getHeaderData();
	const request = readTokenRequest(contentType, functions.getBodyData(), authorization);
	if (!request) return NOT_A_TOKEN_REQUEST;
	const refusal = refusalOf(functions, request.client_id);
	if (refusal) return refusal;
	const endpointUrl = String(functions.getNodeParameter('endpointUrl'));
	return standardAnswer(await askTokenEndpoint(functions, endpointUrl, request));
}

const clientId: INodeProperties = {
	displayName: 'Client ID',
	name: 'clientId',
	type: 'string',
	noDataExpression: true,
	default: '',
	placeholder: 'e.g. agpt_client_…',
};

/**
 * Stands between n8n, which sends token requests as a form, and AutoGPT, which reads JSON only. It
 * answers within the web request and starts no execution, so that n8n keeps nothing of it.
 */
export class AutoGptOAuthRelay implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AutoGPT OAuth Relay',
		name: 'autoGptOAuthRelay',
		icon: {
			light: 'file:../shared/icons/autogpt.svg',
			dark: 'file:../shared/icons/autogpt.dark.svg',
		},
		group: ['trigger'],
		version: [1, 2],
		defaultVersion: 2,
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
				...clientId,
				required: true,
				displayOptions: { show: { '@version': [{ _cnd: { gte: 2 } }] } },
				description:
					'The Client ID of your app, as in the credential. Requests of other apps are refused. Separate several by commas.',
			},
			{
				...clientId,
				displayOptions: { show: { '@version': [1] } },
				description:
					'The Client ID of your app, as in the credential. Requests of other apps are refused. While it is empty, none is.',
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
