import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { isObject } from '../util/json';
import type { Connection, N8nFunctions } from '../connection/connection';
import { isRefusedCredential } from '../errors/explain';
import type { TokenSource } from '../oauth/tokenManager';
import { tokenManagers } from '../process/processState';
import { explainRenewal, notConnected, renewedInTime, TokenUnavailable } from '../oauth/renewal';
import { readToken, type StoredToken } from '../oauth/token';

function isRefusal(response: unknown): boolean {
	if (!isObject(response)) return false;
	const { statusCode: status, headers } = response;
	if (status === 401) return true;
	return isRefusedCredential({ status: Number(status), headers: isObject(headers) ? headers : {} });
}

function tokenSource(functions: N8nFunctions, connection: Connection): TokenSource {
	const { credentialType: type, credentialName: name } = connection;
	const known = (data: unknown): StoredToken => {
		const token = readToken(data);
		if (!token) throw notConnected(name);
		return token;
	};
	return {
		read: async () => {
			const credential: IDataObject = await functions.getCredentials(type);
			return known(credential.oauthTokenData);
		},
		renew: async () => {
			try {
				const renewal: Promise<unknown> = functions.helpers.refreshOAuth2Token.call(
					functions,
					type,
				);
				return known(await renewedInTime(renewal));
			} catch (error) {
				return error instanceof TokenUnavailable ? error : explainRenewal(error, name);
			}
		},
	};
}

/**
 * Sends a request with the connected account's token: renewed in time, and after a refusal once
 * for all that wait. n8n's own renewal is left out, since it starts after each of many parallel
 * requests has already shown the dead token.
 *
 * @throws TokenUnavailable when there is no token to be had
 */
export async function requestWithToken(
	functions: N8nFunctions,
	connection: Connection,
	newRequest: () => IHttpRequestOptions,
): Promise<unknown> {
	const { helpers } = functions;
	return await tokenManagers
		.of(connection.credentialKey)
		.pass<unknown>(tokenSource(functions, connection), {
			send: async () =>
				await helpers.httpRequestWithAuthentication.call(
					functions,
					connection.credentialType,
					newRequest(),
					{ oauth2: { skipTokenRefresh: true } },
				),
			isRefused: isRefusal,
			mayResend: typeof newRequest().body !== 'object',
		});
}

/** Whether a stream may be sent without trying the token first. */
export function isTokenProven(connection: Connection): boolean {
	return (
		connection.credentialType === 'autoGptApi' ||
		tokenManagers.of(connection.credentialKey).isProven
	);
}
