import type { IDataObject } from 'n8n-workflow';

import { readTeamId } from './teamId';

/**
 * The headers that a credential adds to each request beside its secret: in whose name it acts.
 * Whatever a credential is to send in a header is read here, for all kinds of credentials, requests
 * and tests of them.
 *
 * @throws UserError when a field cannot be sent as it is
 */
export function credentialHeaders({ teamId }: IDataObject): Record<string, string> {
	const team = readTeamId(teamId);
	return team ? { 'X-Team-Id': team } : {};
}
