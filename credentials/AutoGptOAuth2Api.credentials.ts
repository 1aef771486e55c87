import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { CLOUD_HOST, CLOUD_WEB_HOST } from '../client/connection/baseUrl';
import { EVERYDAY_PERMISSIONS, PERMISSIONS } from '../client/contract/permissions';
import { addressFields, apiVersionField, webUrlField } from './addressFields';

/** Scheme and user are left out, and so are the port and the path. */
const HOST_PATTERN = String.raw`/^(?:https?:\/\/)?(?:[^\/?#@]*@)?(\[[^\]]*\]|[^\/?#:]+)/i`;
const GUIDE = 'https://github.com/n8n-nodes-autogpt/n8n-nodes-autogpt/blob/main/docs/oauth2.md';

/** The host that the credential's Base URL leads to; AutoGPT Cloud's where none is given. */
const OWN_HOST = `={{ ((host) => host === "${CLOUD_WEB_HOST}" ? "${CLOUD_HOST}" : host)(($self["baseUrl"] ?? "").trim().match(${HOST_PATTERN})?.[1]?.toLowerCase() ?? "${CLOUD_HOST}") }}`;

const SELDOM_PERMISSIONS = PERMISSIONS.filter(({ everyday }) => !everyday)
	.map(({ name }) => name)
	.join(', ');

export class AutoGptOAuth2Api implements ICredentialType {
	name = 'autoGptOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'AutoGPT OAuth2 API';

	icon: Icon = {
		light: 'file:../nodes/shared/icons/autogpt.svg',
		dark: 'file:../nodes/shared/icons/autogpt.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-autogpt/n8n-nodes-autogpt/blob/main/docs/oauth2.md';

	properties: INodeProperties[] = [
		{ displayName: 'Grant Type', name: 'grantType', type: 'hidden', default: 'pkce' },
		{
			displayName: 'Token Relay URL',
			name: 'accessTokenUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. https://n8n.example.com/webhook/autogpt-oauth-token',
			description:
				'Production URL of the node AutoGPT OAuth Relay in a published workflow. Not the test URL.',
			hint: `First publish a workflow with the node <a href="${GUIDE}#1-publish-the-token-relay" target="_blank">AutoGPT OAuth Relay</a> in this n8n. It passes on n8n's token requests in the form that AutoGPT reads.`,
		},
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. agpt_client_5f2c',
			description: 'ID of the app that is registered with AutoGPT',
			hint: 'Have the OAuth Redirect URL above registered with your AutoGPT app, character for character. The app has the ID and the secret.',
		},
		webUrlField({
			required: true,
			default: 'https://platform.agpt.co',
			placeholder: 'e.g. http://localhost:3000',
			description:
				'Where people open AutoGPT in the browser. It is asked there whether n8n may act for them.',
		}),
		{
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'hidden',
			default: '={{ $self["webUrl"].trim().replace(/\\/+$/, "") }}/auth/authorize',
		},
		{
			displayName: 'Permissions',
			name: 'permissions',
			type: 'multiOptions',
			options: PERMISSIONS.map(({ name, value, description }) => ({ name, value, description })),
			default: [...EVERYDAY_PERMISSIONS],
			description:
				'What n8n may do in AutoGPT. The AutoGPT app must be registered for each of them. After a change, connect again.',
			hint: `With none chosen n8n asks for the ${EVERYDAY_PERMISSIONS.length} that the nodes need in everyday work: all but ${SELDOM_PERMISSIONS}.`,
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'hidden',
			default: `={{ ($self["permissions"]?.length ? $self["permissions"] : ${JSON.stringify(EVERYDAY_PERMISSIONS)}).join(" ") }}`,
		},
		{
			displayName: 'Auth URI Query Parameters',
			name: 'authQueryParameters',
			type: 'hidden',
			default: '',
		},
		{ displayName: 'Authentication', name: 'authentication', type: 'hidden', default: 'body' },
		...addressFields,
		apiVersionField,
		// n8n's HTTP Request node would send the token to any address that a workflow names.
		{
			displayName: 'Allowed HTTP Request Domains',
			name: 'allowedHttpRequestDomains',
			type: 'hidden',
			default: 'domains',
		},
		{
			displayName: 'Allowed Domains',
			name: 'allowedDomains',
			type: 'hidden',
			default: OWN_HOST,
		},
	];
}
