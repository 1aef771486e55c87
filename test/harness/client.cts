import { openClient } from '../../client/http/openClient';
import { asAnswer, PlatformError } from '../../client/errors/platformError';
import type { AutoGptClient } from '../../client/http/client';
// With its extension: AutoGpt.node.json lies beside it.
import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node.ts';
import type { Stage } from './account.cts';
import type { CredentialData } from './credentials.cts';
import { editorContext } from './editorContext.cts';

/**
 * Opens the pack's own client in one of n8n's contexts, over real HTTP.
 *
 * @param more fields of the credential beside key and Base URL
 */
export async function openStageClient(stage: Stage, more?: CredentialData): Promise<AutoGptClient> {
	const { emulator, key } = stage;
	return await openClientFor({ apiKey: key, baseUrl: emulator.baseUrl, ...more });
}

/** The same for any credential. */
export async function openClientFor(credential: CredentialData): Promise<AutoGptClient> {
	return await openClient(editorContext(new AutoGpt(), credential), 'autoGptApi');
}

/** The failure of a call that is to fail by what AutoGPT answers, or does not. */
export async function failureOfCall(call: Promise<unknown>): Promise<PlatformError> {
	const failure = await call.catch(asAnswer);
	if (failure instanceof PlatformError) return failure;
	throw new Error('It has not failed');
}
