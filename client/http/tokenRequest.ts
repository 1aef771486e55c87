import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import type { Connection, N8nFunctions } from '../connection/connection';
import { isUncheckedLimit } from '../errors/explain';
import { isFromAutoGpt } from '../errors/intermediaries';
import type { TokenSource } from '../oauth/tokenManager';
import { tokenManagers } from '../process/processState';
import { explainRenewal, notConnected, renewedInTime, TokenUnavailable } from '../oauth/renewal';
import { readFullResponse } from './fullResponse';
import { readToken, type StoredToken } from '../oauth/token';

/**
 * Whether responses to a request refuse its token. A 429 that came before the token was checked may
 * be that of a dead token, unless the token was just seen to work or the response was to a new one.
 */
function refusals(isProven: () => boolean): (response: unknown) => boolean {
	let isRenewed = false;
	return (response) => {
		const answer = readFullResponse(response);
		if (!answer) return false;
		const isDoubtful = !isRenewed && !isProven() && isUncheckedLimit(answer);
		const isRefused = answer.status === 401 && isFromAutoGpt(answer);
		if (!isRefused && !isDoubtful) return false;
		isRenewed = true;
		return true;
	};
}

/**
 * The functions as they are, with the credential that was read already. n8n renews only a token that
 * is still the stored one: were it read again here, that could be one that another process has just
 * renewed.
 */
function withCredential(functions: N8nFunctions, credential: IDataObject): N8nFunctions {
	return new Proxy(functions, {
		get: (target, name): unknown =>
			name === 'getCredentials' ? async () => credential : Reflect.get(target, name),
	});
}

function tokenSource(functions: N8nFunctions, connection: Connection): TokenSource {
	const { credentialType: type, credentialName: name } = connection;
	const known = (data: unknown): StoredToken => {
		const token = readToken(data);
		if (!token) throw notConnected(name);
		return token;
	};
	let credential: IDataObject | undefined;
	const read = async (): Promise<IDataObject> => {
		const stored: IDataObject = await functions.getCredentials(type);
		credential = stored;
		return stored;
	};
	return {
		read: async () => known((await read()).oauthTokenData),
		renew: async () => {
			try {
				const renewal: Promise<unknown> = functions.helpers.refreshOAuth2Token.call(
					withCredential(functions, credential ?? (await read())),
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
	const tokens = tokenManagers.of(connection.credentialKey);
	return await tokens.send<unknown>(tokenSource(functions, connection), {
		send: async () =>
			await helpers.httpRequestWithAuthentication.call(
				functions,
				connection.credentialType,
				newRequest(),
				{ oauth2: { skipTokenRefresh: true } },
			),
		isRefused: refusals(() => tokens.isProven),
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
