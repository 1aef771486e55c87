import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

import { CLOUD_BASE_URL } from '../client/connection/baseUrl';
import { signWithApiKey } from '../client/connection/signing';

export class AutoGptApi implements ICredentialType {
	name = 'autoGptApi';

	displayName = 'AutoGPT API';

	icon: Icon = {
		light: 'file:../nodes/AutoGpt/autogpt.svg',
		dark: 'file:../nodes/AutoGpt/autogpt.dark.svg',
	};

	documentationUrl = 'https://github.com/n8n-nodes-autogpt/n8n-nodes-autogpt#credentials';

	httpRequestNode = {
		name: 'AutoGPT',
		docsUrl: 'https://docs.agpt.co/',
		apiBaseUrlPlaceholder: `${CLOUD_BASE_URL}/`,
	};

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. agpt_…',
			description:
				'Made in AutoGPT under Settings > API Keys, and shown there once. Give it the permissions that your workflows need.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: CLOUD_BASE_URL,
			placeholder: `e.g. ${CLOUD_BASE_URL}`,
			hint: 'Self-hosted with Docker Compose: http://HOST:8006/external-api/v2. Single container: http://HOST:3000/_agpt/external-api/v2.',
			description: 'Address of the AutoGPT API. Leave it as it is for AutoGPT Cloud.',
		},
		{
			displayName: 'Team ID',
			name: 'teamId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 6c1f8e7a-…',
			description:
				'Act inside this team: new things live there, and the team pays. Leave empty for none.',
		},
		{
			displayName: 'Web App URL',
			name: 'webUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://autogpt.example.com',
			description:
				'Where people open AutoGPT in the browser, for links to agents and runs. Leave empty to derive it from the Base URL.',
		},
	];

	/** Puts the key into `X-API-Key`, and the team into `X-Team-Id`. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return signWithApiKey(credentials, requestOptions);
	}
}
