import type { Connection } from '../connection/connection';
import type { Endpoint } from '../contract/endpoints';
import type { PlatformFault } from './platformError';

/** The call that an explanation is about. */
export interface CallFacts {
	endpoint: Endpoint;
	/** Values of the path's placeholders, for example `{ run_id: '…' }`. */
	path: Record<string, string>;
	/** Where AutoGPT is, and as whom it is spoken to. */
	connection: Pick<Connection, 'baseUrl' | 'webUrl' | 'credentialType'>;
	/** Wait that the server asked for, in milliseconds. */
	retryAfterMs?: number;
}

/** What is said of a call, whatever its status was. */
export type Explanation = Omit<PlatformFault, 'status' | 'code' | 'outcome'>;
