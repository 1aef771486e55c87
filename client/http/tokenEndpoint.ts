import type { IWebhookFunctions } from 'n8n-workflow';

import type { HttpResponse } from '../contract/response';
import type { JsonObject } from '../util/json';
import { readFullResponse } from './fullResponse';
import { limited } from './timeLimit';

const TIMEOUT_MS = 30_000;

/**
 * Sends a token request to AutoGPT's token endpoint, which is beside the External API and reads
 * JSON only (contract: behaviour.md section 4).
 *
 * @returns the response with its body as text; undefined when none came
 */
export async function askTokenEndpoint(
	{ helpers }: { helpers: Pick<IWebhookFunctions['helpers'], 'httpRequest'> },
	url: string,
	body: JsonObject,
	timeoutMs = TIMEOUT_MS,
): Promise<HttpResponse | undefined> {
	try {
		const response: unknown = await helpers.httpRequest(
			limited({
				method: 'POST',
				url,
				headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
				body: JSON.stringify(body),
				encoding: 'text',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				// The secret goes to this address and to no other.
				disableFollowRedirect: true,
				timeout: timeoutMs,
			}),
		);
		return readFullResponse(response);
	} catch {
		// Neither the error nor the request is passed on: both hold the secret.
		return undefined;
	}
}
