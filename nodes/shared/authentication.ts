import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeProperties,
	IPollFunctions,
} from 'n8n-workflow';

import type { CredentialType } from '../../client/connection/connection';

/** Lets the user choose the kind of credential; goes before all other fields of a node. */
export const authenticationField: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	options: [
		{ name: 'API Key', value: 'apiKey' },
		{ name: 'OAuth2', value: 'oAuth2' },
	],
	default: 'apiKey',
};

/** Which of the two credentials the node uses. */
export function credentialTypeOf(
	functions: IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions,
): CredentialType {
	return functions.getNode().parameters.authentication === 'oAuth2'
		? 'autoGptOAuth2Api'
		: 'autoGptApi';
}
