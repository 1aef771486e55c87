import { UserError } from 'n8n-workflow';

const PRINTABLE = /^[\x21-\x7e]*$/;

/**
 * The team of a credential, as it is sent in a header. n8n's HTTP client takes characters out of
 * headers without a word, and without a team things would live, and be paid for, outside of it.
 *
 * @returns `` for none
 * @throws UserError when it cannot be sent as it is
 */
export function readTeamId(value: unknown): string {
	const isText = typeof value === 'string' || typeof value === 'number';
	const teamId = isText ? String(value).trim() : '';
	if (PRINTABLE.test(teamId) && (isText || value === undefined || value === null)) return teamId;
	throw new UserError(
		"The credential's 'Team ID' has a character that no team ID has. It may be an invisible one: type the ID, or copy it again",
	);
}
