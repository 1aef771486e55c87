import type { INode } from 'n8n-workflow';

import { ApiError, type Failure } from '../compat/apiError';
import type { RunDetails } from '../contract/types';
import { withoutMarkup } from '../util/markup';

export type { Failure };

/** Everything known of a call that did not succeed. */
export interface PlatformFault {
	/** What happened, in one line. */
	message: string;
	/** What to do next. */
	description: string;
	/** HTTP status, when there was an answer. */
	status?: number;
	/** Code of the answer's envelope, for example `conflict`. */
	code?: string;
	/** Whether the request may have taken effect all the same. */
	outcome: 'refused' | 'unknown';
	failure?: Failure;
	/** True when something else answered in AutoGPT's place: its status says nothing of AutoGPT. */
	isElsewhere?: boolean;
	/**
	 * Where the server itself is the reason: it may have no API v2, its API v2 knows no such path, or
	 * it is known to lack the operation.
	 */
	server?: 'unknownPath' | 'unknownOperation' | 'lacksOperation';
	/** Of a run whose results cannot be read any more, for good: what was last read of it. */
	pastReading?: { lastSeen?: RunDetails };
}

/**
 * A call to AutoGPT that did not succeed, shaped once for people and for n8n. It holds neither the
 * request nor the answer, since those carry keys and the data of users.
 */
export class PlatformError extends ApiError {
	/** HTTP status by which AutoGPT itself answered; what else answered is in `httpCode` only. */
	readonly status?: number;

	readonly code?: string;

	readonly outcome: PlatformFault['outcome'];

	readonly server?: PlatformFault['server'];

	readonly pastReading?: PlatformFault['pastReading'];

	constructor(node: INode, fault: PlatformFault) {
		super(node, {
			message: withoutMarkup(fault.message),
			description: withoutMarkup(fault.description),
			httpCode: fault.status === undefined ? undefined : String(fault.status),
			failure: fault.failure,
		});
		// n8n and its editor know API errors by this name.
		this.name = 'NodeApiError';
		this.status = fault.isElsewhere ? undefined : fault.status;
		this.code = fault.code;
		this.outcome = fault.outcome;
		this.server = fault.server;
		this.pastReading = fault.pastReading;
	}

	/** The same for another item, which n8n wants to be an error of its own. */
	copyFor(node: INode): PlatformError {
		const { message, description, httpCode, code, outcome, failure, server, pastReading } = this;
		return new PlatformError(node, {
			message,
			description: description ?? '',
			status: httpCode === null ? undefined : Number(httpCode),
			isElsewhere: this.status === undefined,
			...{ code, outcome, failure, server, pastReading },
		});
	}
}

/** For what may be tried again by n8n, since it passes by itself. */
export const PASSES: Failure = { cause: 'temporarily-unavailable' };

/** For what stays as it is until somebody changes a setting. */
export const CONFIGURATION: Failure = { cause: 'configuration-invalid' };

/** Whether what happened to a read passes by itself: AutoGPT is busy, or out of reach. */
export function mayPass({ failure }: PlatformError): boolean {
	return failure?.cause === 'temporarily-unavailable' || failure?.cause === 'rate-limited';
}

/** For `catch`: takes AutoGPT's refusal or silence as an answer; what Stop in n8n raises passes. */
export function asAnswer(error: unknown): PlatformError {
	if (error instanceof PlatformError) return error;
	throw error;
}

/** For `catch`: takes what passes by itself as an answer; every other failure passes. */
export function acceptPassing(error: unknown): PlatformError {
	if (error instanceof PlatformError && mayPass(error)) return error;
	throw error;
}

/**
 * For `promise.catch()`: takes the named statuses as an answer of their own and lets every other
 * failure pass. With 404 goes an operation that the server does not have: nothing is found there.
 */
export function acceptStatus(...statuses: number[]): (error: unknown) => PlatformError {
	return (error) => {
		if (statuses.includes(404) && isLack(error)) return error;
		if (error instanceof PlatformError && error.status && statuses.includes(error.status)) {
			return error;
		}
		throw error;
	};
}

/** Whether a failure means that the server has no such operation, so that nothing was done. */
export function isLack(error: unknown): error is PlatformError {
	return error instanceof PlatformError && error.server === 'lacksOperation';
}

/** For `catch`: takes the lack of an operation as an answer; every other failure passes. */
export function acceptLack(error: unknown): PlatformError {
	if (isLack(error)) return error;
	throw error;
}

const KEY_SHAPES = /agpt_[A-Za-z0-9_-]{4,}/g;

/** A secret as it may stand in a text: as it is, in an address, JSON, HTML or base64. */
function formsOf(secret: string): string[] {
	const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
	const html = secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
	return [
		secret,
		encodeURIComponent(secret),
		JSON.stringify(secret).slice(1, -1),
		html,
		base64,
		base64.replaceAll('+', '-').replaceAll('/', '_'),
	];
}

/** Takes keys and tokens out of a text: those of the credential, and whatever looks like one. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
	return secrets
		.flatMap(formsOf)
		.reduce((result, secret) => result.split(secret).join('***'), text)
		.replace(KEY_SHAPES, 'agpt_***');
}
