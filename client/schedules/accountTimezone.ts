import { asAnswer, PlatformError } from '../errors/platformError';
import type { AutoGptClient } from '../http/client';
import { timezoneNamed } from './timezones';

/**
 * The timezone of schedules that name none: the account's, else UTC (contract: behaviour.md
 * section 13).
 *
 * @returns undefined where AutoGPT does not tell it, for example to a key without Identity
 */
export async function accountTimezone(client: AutoGptClient): Promise<string | undefined> {
	const account = await client.call('getMe', {}).catch(asAnswer);
	if (account instanceof PlatformError) return undefined;
	// Accounts without one say `not-set`.
	return account.timezone ? (timezoneNamed(account.timezone) ?? 'UTC') : undefined;
}
