import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

import { CLOUD_BASE_URL } from '../client/connection/baseUrl';
import { signWithApiKey } from '../client/connection/signing';
import { addressFields, apiVersionField, webUrlField } from './addressFields';

export class AutoGptApi implements ICredentialType {
	name = 'autoGptApi';

	displayName = 'AutoGPT API';

	icon: Icon = {
		light: 'file:../nodes/shared/icons/autogpt.svg',
		dark: 'file:../nodes/shared/icons/autogpt.dark.svg',
	};

	documentationUrl = 'https://github.com/n8n-nodes-autogpt/n8n-nodes-autogpt#connect-to-autogpt';

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
				'AutoGPT shows it once, when it is made. It belongs to the server of the Base URL.',
			hint: 'Make it in AutoGPT under Settings > API Keys. Permissions to begin with: Identity, Read Library, Run Agent, Read Run, Read Integrations and Read Graph.',
		},
		...addressFields,
		webUrlField({
			default: '',
			placeholder: 'e.g. https://autogpt.example.com',
			description:
				'Where people open AutoGPT in the browser, for links to agents and runs. Leave empty to derive it from the Base URL.',
		}),
		apiVersionField,
	];

	/** Puts the key into `X-API-Key`, and the team into `X-Team-Id`. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return signWithApiKey(credentials, requestOptions);
	}
}
