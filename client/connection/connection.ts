import type {
	IDataObject,
	ILoadOptionsFunctions,
	IExecuteFunctions,
	IPollFunctions,
} from 'n8n-workflow';

import { platformAddress, type PlatformAddress } from './baseUrl';
import { tokenManagerFor } from '../oauth/tokenManager';
import { readToken } from '../oauth/token';

/** The n8n contexts from which the platform can be reached. */
export type N8nFunctions = IExecuteFunctions | IPollFunctions | ILoadOptionsFunctions;

export type CredentialType = 'autoGptApi' | 'autoGptOAuth2Api';

/** Which AutoGPT is spoken to, and as whom. */
export interface Connection extends PlatformAddress {
	credentialType: CredentialType;
	/** Name that the user gave the credential in n8n, for messages. */
	credentialName: string;
	/** Same for all executions that share one account's allowance, as far as n8n tells. */
	accountKey: string;
	/** Team to act in; with an API key the credential itself adds it. */
	teamId?: string;
	/** Texts that must never show up in a message. */
	secrets: string[];
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function secretsOf(credential: IDataObject): string[] {
	const tokens = credential.oauthTokenData;
	const oauth = typeof tokens === 'object' && tokens !== null ? (tokens as IDataObject) : {};
	return [credential.apiKey, credential.clientSecret, oauth.access_token, oauth.refresh_token]
		.map(text)
		.filter((secret) => secret.length > 0);
}

/**
 * Reads the node's credential.
 *
 * @throws UserError when its Base URL is unusable
 */
export async function readConnection(
	functions: N8nFunctions,
	credentialType: CredentialType,
): Promise<Connection> {
	const credential = (await functions.getCredentials(credentialType)) as IDataObject;
	const address = platformAddress(text(credential.baseUrl), text(credential.webUrl));
	const teamId = text(credential.teamId).trim();
	const stored = functions.getNode().credentials?.[credentialType];
	const accountKey = `${address.baseUrl} ${stored?.id ?? stored?.name ?? ''}`;
	const isOAuth2 = credentialType === 'autoGptOAuth2Api';
	if (isOAuth2) tokenManagerFor(accountKey).note(readToken(credential.oauthTokenData));
	return {
		...address,
		credentialType,
		credentialName: stored?.name ?? '',
		accountKey,
		...(teamId && isOAuth2 ? { teamId } : {}),
		secrets: secretsOf(credential),
	};
}
