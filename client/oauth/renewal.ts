import { UserError } from 'n8n-workflow';

import { inTime } from '../util/inTime';
import { isObject } from '../util/json';
import type { Failure } from '../errors/platformError';
import { networkReason } from '../errors/network';

/** No token can be had for a connected account: what happened, and what to do. */
export class TokenUnavailable extends UserError {
	constructor(
		message: string,
		readonly advice: string,
		readonly failure: Failure = { cause: 'credential-invalid' },
	) {
		super(message);
	}
}

/** The account has to be connected again; asking once more does not help. */
export class AccountNeedsReconnect extends TokenUnavailable {}

const RECONNECT = 'Open the credential in n8n and press Connect.';
const RELAY =
	"AutoGPT's tokens are renewed through the node AutoGPT OAuth Relay. Check that its workflow is published, and that the credential's 'Token Relay URL' is its Production URL.";

/** A credential that nobody connected yet. */
export function notConnected(credentialName: string): AccountNeedsReconnect {
	return new AccountNeedsReconnect(
		`The credential '${credentialName}' is not connected to an AutoGPT account`,
		RECONNECT,
	);
}

/** A new token that does not work either. */
export function newTokenRefused(): TokenUnavailable {
	return new TokenUnavailable(
		'AutoGPT did not accept the connected account, although its access was just renewed',
		`Check that the Base URL of the credential and the 'Token URL' of the node AutoGPT OAuth Relay belong to the same AutoGPT. ${RECONNECT}`,
	);
}

/** What the token endpoint's answer says, as n8n's OAuth client hands it on. */
function readAnswer(error: unknown): { code?: string; status?: number } {
	if (!isObject(error)) return {};
	const { body, status } = error;
	return {
		...(isObject(body) && typeof body.error === 'string' ? { code: body.error } : {}),
		...(typeof status === 'number' ? { status } : {}),
	};
}

function asksToReconnect(error: unknown): boolean {
	return error instanceof Error && /reconnect/i.test(error.message);
}

/**
 * Puts a renewal that did not succeed into words. Neither the answer nor the request is quoted: both
 * may hold secrets (contract: behaviour.md section 4).
 */
export function explainRenewal(error: unknown, credentialName: string): TokenUnavailable {
	const { code, status } = readAnswer(error);
	if (code === 'invalid_grant' || asksToReconnect(error)) {
		return new AccountNeedsReconnect(
			`The AutoGPT account of the credential '${credentialName}' must be connected again`,
			`AutoGPT no longer renews the access: it was revoked, or was not used for 30 days. ${RECONNECT}`,
		);
	}
	if (code === 'invalid_client') {
		return new TokenUnavailable(
			`AutoGPT did not accept the Client ID and Client Secret of the credential '${credentialName}'`,
			`Check both in the credential, and that AutoGPT has not disabled the app. ${RECONNECT}`,
		);
	}
	if (code === 'unauthorized_client') {
		return new TokenUnavailable(
			`The OAuth token relay does not serve the Client ID of the credential '${credentialName}'`,
			"Put the Client ID of the credential into the field 'Client ID' of the node AutoGPT OAuth Relay, and publish its workflow again.",
			{ cause: 'configuration-invalid' },
		);
	}
	if (code === 'invalid_request') {
		return new TokenUnavailable(
			'The request for a new access token was not taken: the OAuth token relay, or AutoGPT, lacks something in it',
			`Check that Client ID and Client Secret are filled in, and that the 'Token Relay URL' leads to the node AutoGPT OAuth Relay. ${RECONNECT}`,
			{ cause: 'configuration-invalid' },
		);
	}
	if (code !== undefined) {
		return new TokenUnavailable(
			"AutoGPT's access token could not be renewed for now",
			"AutoGPT is busy or down, or the token relay does not reach it. Try again in some minutes. If it stays so, check the 'Token URL' of the node AutoGPT OAuth Relay.",
			{ cause: 'temporarily-unavailable' },
		);
	}
	if (status !== undefined) {
		return new TokenUnavailable(
			`The OAuth token relay did not renew the access token: its address answered with status ${status}`,
			RELAY,
			{ cause: 'configuration-invalid' },
		);
	}
	return new TokenUnavailable(
		`The OAuth token relay did not renew the access token: ${networkReason(error)}`,
		RELAY,
		{ cause: 'temporarily-unavailable' },
	);
}

/** Longer than the relay waits for AutoGPT. */
const PATIENCE_MS = 60_000;

/**
 * Waits for a renewal, but not for ever: something in between may swallow the request, and a relay
 * that is a workflow has its turn only after the one that waits for it where n8n limits their number.
 *
 * @throws TokenUnavailable when the relay stays silent
 */
export async function renewedInTime<T>(
	renewal: Promise<T>,
	retryBudgetMs = PATIENCE_MS,
): Promise<T> {
	return await inTime(
		renewal,
		retryBudgetMs,
		() =>
			new TokenUnavailable(
				`The OAuth token relay did not answer within ${Math.round(retryBudgetMs / 1000)} seconds`,
				`${RELAY} A relay that is a workflow of several nodes needs a free place where n8n limits how many run at the same time: replace it by this node.`,
				{ cause: 'temporarily-unavailable' },
			),
	);
}
