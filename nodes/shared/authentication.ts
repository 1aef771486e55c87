import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeCredentialDescription,
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

/**
 * What a node's credential has beside its name, which n8n's linter reads in the class of the node.
 *
 * @param authentication the choice with which the credential is used
 */
export function usedWith(
	authentication: 'apiKey' | 'oAuth2',
): Pick<INodeCredentialDescription, 'required' | 'displayOptions'> {
	return { required: true, displayOptions: { show: { authentication: [authentication] } } };
}

/** Which of the two credentials the node uses. */
export function credentialTypeOf(
	functions: IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions,
): CredentialType {
	return functions.getNode().parameters.authentication === 'oAuth2'
		? 'autoGptOAuth2Api'
		: 'autoGptApi';
}
