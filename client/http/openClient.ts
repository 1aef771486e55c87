import { requireSupportedN8n } from '../compat/floor';
import { readCredential, type CredentialType, type N8nFunctions } from '../connection/connection';
import type { CallSettings } from '../contract/calls';
import { readToken } from '../oauth/token';
import { tokenManagers } from '../process/processState';
import { AutoGptClient } from './client';

/**
 * Opens the client of one execution of a node: reads the credential, and lets the account's token
 * manager know which token n8n stores now. Every other client is derived from this one.
 *
 * @param defaults settings of all its calls, where a call has none of its own
 * @throws UserError when this n8n is too old, or the credential's Base URL is unusable
 */
export async function openClient(
	functions: N8nFunctions,
	credentialType: CredentialType,
	defaults: CallSettings = {},
): Promise<AutoGptClient> {
	requireSupportedN8n(functions);
	const { connection, oauthTokenData } = await readCredential(functions, credentialType);
	const token = oauthTokenData === undefined ? undefined : readToken(oauthTokenData);
	if (!token) return new AutoGptClient(functions, connection, defaults);
	const tokens = tokenManagers.of(connection.credentialKey);
	tokens.note(token);
	const readerKey = tokens.readerKeyOf(token, connection.readerKey);
	return new AutoGptClient(functions, { ...connection, readerKey }, defaults);
}
