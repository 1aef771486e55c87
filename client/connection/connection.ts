import { createHash } from 'crypto';
import type {
	IDataObject,
	ILoadOptionsFunctions,
	IExecuteFunctions,
	IPollFunctions,
} from 'n8n-workflow';

import { withoutSurroundings } from './apiKey';
import { platformAddress, type PlatformAddress } from './baseUrl';
import { credentialHeaders } from './headers';

/** The n8n contexts from which the platform can be reached. */
export type N8nFunctions = IExecuteFunctions | IPollFunctions | ILoadOptionsFunctions;

export type CredentialType = 'autoGptApi' | 'autoGptOAuth2Api';

/** What the credential says of the server's API; credentials saved before say nothing. */
export type ApiSetting = 'automatic' | 'v2' | 'v1';

/** Which AutoGPT is spoken to, and as whom. */
export interface Connection extends PlatformAddress {
	credentialType: CredentialType;
	/** Name that the user gave the credential in n8n, for messages. */
	credentialName: string;
	/** Same for all executions that use one credential; a trigger keeps it in its stored state. */
	accountKey: string;
	/** Same for all that acts as one credential in one team: under it this process keeps state. */
	credentialKey: string;
	/**
	 * The same, and with the same key, or tokens of one account: what one was shown, another one may
	 * not see.
	 */
	readerKey: string;
	/** Which API to speak, or that the server's answers decide. */
	apiSetting: ApiSetting;
	/** What each request has to say beside the secret; with an API key the credential itself adds it. */
	headers: Record<string, string>;
	/** Texts that must never show up in a message. */
	secrets: string[];
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

/** Reads the credential's 'API Version'; whatever is none of its options means Automatic. */
export function apiSettingOf(value: unknown): ApiSetting {
	return value === 'v1' || value === 'v2' ? value : 'automatic';
}

function secretsOf(credential: IDataObject): string[] {
	const tokens = credential.oauthTokenData;
	const oauth = typeof tokens === 'object' && tokens !== null ? (tokens as IDataObject) : {};
	return [credential.apiKey, credential.clientSecret, oauth.access_token, oauth.refresh_token]
		.map((secret) => withoutSurroundings(text(secret)))
		.filter((secret) => secret.length > 0);
}

/** By digest: what is kept under it shows no secret. */
function readerKeyOf(credentialKey: string, type: CredentialType, secrets: string[]): string {
	const content = JSON.stringify([credentialKey, type, secrets]);
	return createHash('sha256').update(content).digest('base64url');
}

/** A credential as the client uses it. */
export interface ReadCredential {
	connection: Connection;
	/** What n8n keeps of a connected account; undefined with an API key. */
	oauthTokenData: unknown;
}

/**
 * Reads the node's credential, and changes nothing.
 *
 * @throws UserError when its Base URL or Team ID is unusable
 */
export async function readCredential(
	functions: N8nFunctions,
	credentialType: CredentialType,
): Promise<ReadCredential> {
	const credential = (await functions.getCredentials(credentialType)) as IDataObject;
	const address = platformAddress(text(credential.baseUrl), text(credential.webUrl));
	const headers = credentialHeaders(credential);
	const stored = functions.getNode().credentials?.[credentialType];
	const accountKey = `${address.baseUrl} ${stored?.id ?? stored?.name ?? ''}`;
	const credentialKey = JSON.stringify([accountKey, headers]);
	const secrets = secretsOf(credential);
	const isOAuth2 = credentialType === 'autoGptOAuth2Api';
	return {
		connection: {
			...address,
			credentialType,
			credentialName: stored?.name ?? '',
			accountKey,
			credentialKey,
			readerKey: readerKeyOf(credentialKey, credentialType, secrets),
			apiSetting: apiSettingOf(credential.apiVersion),
			headers: isOAuth2 ? headers : {},
			secrets,
		},
		oauthTokenData: isOAuth2 ? credential.oauthTokenData : undefined,
	};
}
