import {
	ICredentialsHelper,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type ICredentials,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INodeCredentialsDetails,
	type INodeProperties,
} from 'n8n-workflow';

import { AutoGptApi } from '../../credentials/AutoGptApi.credentials';
import { AutoGptOAuth2Api } from '../../credentials/AutoGptOAuth2Api.credentials';

export type CredentialData = ICredentialDataDecryptedObject;

const types: Record<string, ICredentialType> = {
	autoGptApi: new AutoGptApi(),
	autoGptOAuth2Api: new AutoGptOAuth2Api(),
};

/**
 * Keeps credentials in memory, where n8n has its database, and treats them as n8n does: the
 * credential types of the pack do the signing.
 */
export class MemoryCredentials extends ICredentialsHelper {
	constructor(readonly byId: Record<string, CredentialData>) {
		super();
	}

	getParentTypes(name: string): string[] {
		return types[name]?.extends ?? [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async authenticate(
		credentials: CredentialData,
		typeName: string,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = types[typeName] ?? {};
		if (typeof authenticate !== 'function') return options;
		return await authenticate(credentials, options);
	}

	async preAuthentication(): Promise<CredentialData | undefined> {
		return undefined;
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: CredentialData,
		typeName: string,
	): Promise<CredentialData | undefined> {
		const output = await types[typeName]?.preAuthentication?.call(helpers, credentials);
		return output as CredentialData | undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('The tests keep no encrypted credentials');
	}

	async getDecrypted(
		_additionalData: unknown,
		{ id }: INodeCredentialsDetails,
	): Promise<CredentialData> {
		const data = this.byId[id ?? ''];
		if (!data) throw new Error(`There is no credential '${id}'`);
		return { ...data };
	}

	async updateCredentials(
		{ id }: INodeCredentialsDetails,
		_type: string,
		data: CredentialData,
	): Promise<void> {
		this.byId[id ?? ''] = data;
	}

	async updateCredentialsOauthTokenData(
		{ id }: INodeCredentialsDetails,
		_type: string,
		data: CredentialData,
	): Promise<void> {
		this.byId[id ?? ''] = { ...this.byId[id ?? ''], ...data };
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		return types[type]?.properties ?? [];
	}
}
