import type { INodeProperties } from 'n8n-workflow';

import { CLOUD_BASE_URL, SELF_HOSTED_BASE_URLS } from '../client/connection/baseUrl';

/** Where the API is. */
const baseUrlField: INodeProperties = {
	displayName: 'Base URL',
	name: 'baseUrl',
	type: 'string',
	default: CLOUD_BASE_URL,
	placeholder: `e.g. ${CLOUD_BASE_URL}`,
	hint: `Self-hosted with ${SELF_HOSTED_BASE_URLS} Where n8n runs in Docker, HOST is not localhost but host.docker.internal, or AutoGPT's service.`,
	description:
		'Address of the AutoGPT API, with https:// or http:// in front. Empty means AutoGPT Cloud.',
};

/** The team to act in. */
const teamIdField: INodeProperties = {
	displayName: 'Team ID',
	name: 'teamId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 6c1f8e7a-…',
	description:
		'Act inside this team: new things live there, and the team pays. Leave empty for none.',
};

/** Where requests go, and in whose name; the same in every kind of credential. */
export const addressFields: INodeProperties[] = [baseUrlField, teamIdField];

/** Which API the server has; the same in every kind of credential. */
export const apiVersionField: INodeProperties = {
	displayName: 'API Version',
	name: 'apiVersion',
	type: 'options',
	noDataExpression: true,
	default: 'automatic',
	options: [
		{
			name: 'Automatic',
			value: 'automatic',
			description: 'API v2, and the older API v1 where a server has nothing else',
		},
		{ name: 'V2', value: 'v2', description: 'API v2 only' },
		{ name: 'V1', value: 'v1', description: 'The older API v1 only, which can do much less' },
	],
	description:
		'Which API of AutoGPT to use. Automatic finds out by itself, also when the server is updated.',
};

/** Where people open AutoGPT; what it is used for differs between the kinds of credentials. */
export function webUrlField(
	use: Pick<INodeProperties, 'default' | 'required' | 'placeholder' | 'description'>,
): INodeProperties {
	return { displayName: 'Web App URL', name: 'webUrl', type: 'string', ...use };
}
