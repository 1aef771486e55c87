import type { INodeProperties } from 'n8n-workflow';

import { locatorField } from '../../shared/locator';

/** Names one credential that AutoGPT keeps for another service. */
export const integrationCredentialField: INodeProperties = locatorField({
	displayName: 'Integration Credential',
	name: 'integrationCredentialId',
	description: 'The credential in AutoGPT to work with',
	search: 'searchIntegrationCredentials',
	thing: 'a credential',
	example: '7e6d5c4b-3a29-4817-9605-f4e3d2c1b0a9',
});
