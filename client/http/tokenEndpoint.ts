import type { IWebhookFunctions } from 'n8n-workflow';

import type { HttpResponse } from '../contract/response';
import type { JsonObject } from '../util/json';
import { readFullResponse } from './fullResponse';

const TIMEOUT_MS = 30_000;

/**
 * Sends a token request to AutoGPT's token endpoint, which is beside the External API and reads
 * JSON only (contract: behaviour.md section 4).
 *
 * @returns the response with its body as text; undefined when none came
 */
export async function askTokenEndpoint(
	{ helpers }: Pick<IWebhookFunctions, 'helpers'>,
	url: string,
	body: JsonObject,
): Promise<HttpResponse | undefined> {
	try {
		const response: unknown = await helpers.httpRequest({
			method: 'POST',
			url,
			headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
			body: JSON.stringify(body),
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// The secret goes to this address and to no other.
			disableFollowRedirect: true,
			timeout: TIMEOUT_MS,
		});
		return readFullResponse(response);
	} catch {
		// Neither the error nor the request is passed on: both hold the secret.
		return undefined;
	}
}
