import type { IExecuteFunctions, ILoadOptionsFunctions, IPollFunctions } from 'n8n-workflow';

import type { CredentialType } from '../../../platform/connection';

/** Which of the two credentials the node uses. */
export function credentialTypeOf(
	functions: IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions,
): CredentialType {
	return functions.getNode().parameters.authentication === 'oAuth2'
		? 'autoGptOAuth2Api'
		: 'autoGptApi';
}
