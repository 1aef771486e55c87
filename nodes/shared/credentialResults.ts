import type { ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';

import type { PlatformAddress } from '../../client/connection/baseUrl';
import { withoutMarkup } from '../../client/util/markup';

/** What is tested, as far as the credential says it. */
export interface Trial extends PlatformAddress {
	test: ICredentialTestFunctions;
	teamId: string;
	headers: Record<string, string>;
}

/** The result of a test that passes. */
export function ok(message: string): INodeCredentialTestResult {
	return { status: 'OK', message: withoutMarkup(message) };
}

/** The result of a test that fails. */
export function bad(...sentences: string[]): INodeCredentialTestResult {
	return { status: 'Error', message: withoutMarkup(sentences.filter(Boolean).join(' ')) };
}
