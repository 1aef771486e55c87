import type { Connection } from '../connection/connection';
import type { Answer, CallOptions, V1Answer, V1CallOptions } from '../contract/calls';
import type { EndpointName } from '../contract/endpoints';
import type { V1EndpointName } from '../contract/v1/endpoints';
import type { PlatformError, PlatformFault } from '../errors/platformError';
import type { V1Account } from '../process/v1Account';

/** How a request to API v1 is sent. */
export interface V1Settings {
	/** Milliseconds for one attempt. */
	timeoutMs?: number;
	/** Leaves it to the caller what follows a 500, which may be for good. */
	takesFaults?: boolean;
}

/** A server that has API v1 only, as those see it who translate operations of API v2 for it. */
export interface V1Server {
	readonly connection: Connection;
	/** Fires when the user presses Stop. */
	readonly cancelSignal: AbortSignal | undefined;
	/** What is kept of the credential. */
	readonly account: V1Account;
	/** What one execution has learned. */
	readonly session: { of<T extends object>(kind: new () => T): T };
	/** Whether the server may be so old that it calls runs COMPLETED too early. */
	readonly mayEndEarly: boolean;
	/**
	 * Calls an endpoint of API v1.
	 *
	 * @throws PlatformError that says what happened and what to do
	 */
	call<N extends V1EndpointName>(
		name: N,
		options: V1CallOptions<N>,
		settings?: V1Settings,
	): Promise<V1Answer<N>>;
	/** Shapes an error of the pack's own for the node that runs. */
	error(fault: PlatformFault): PlatformError;
}

/** Carries out an operation of API v2 with API v1, and answers in the shape of API v2. */
export type Adapter<N extends EndpointName> = (
	server: V1Server,
	options: CallOptions<N>,
) => Promise<Answer<N>>;

/** An operation that API v1 does not have. */
export interface Lack {
	/** What the server cannot do, after the words `which cannot`. */
	cannot: string;
	/** What to do instead; where nothing is given, to update AutoGPT. */
	instead?: string;
}

const UPDATE = 'Update AutoGPT to use this.';

/** What to say of an operation, or a part of one, that API v1 does not have. */
export function explainLack({ cannot, instead = UPDATE }: Lack): PlatformFault {
	return {
		message: `This AutoGPT serves only the older API v1, which cannot ${cannot}`,
		description: `${instead} Nothing was sent.`,
		outcome: 'refused',
		server: 'lacksOperation',
		failure: { cause: 'configuration-invalid' },
	};
}

/**
 * Stands for what API v2 promises and API v1 does not tell. Users see an empty value, where a 0
 * would say that a run cost nothing.
 */
export const UNTOLD = null as never;
