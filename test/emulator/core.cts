import type { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { ServerClock } from './clock.cts';
import type { Contract } from './contract.cts';
import type { FaultList } from './faults.cts';
import type { IdempotencyKeys } from './idempotency.cts';
import type { Limiter } from './limits.cts';
import type { State, UserRecord, OrganizationRecord, TeamRecord, KeyRecord } from './state.cts';
import type { Storage } from './storage.cts';
import type { Mode, RecordedRequest, Scope } from './types.cts';
import type { Runner } from './runner.cts';

/** What all parts of the server share. */
export interface Core {
	readonly contract: Contract;
	readonly state: State;
	readonly clock: ServerClock;
	readonly mode: Mode;
	readonly limiter: Limiter;
	readonly faults: FaultList;
	readonly storage: Storage;
	readonly runner: Runner;
	readonly idempotency: IdempotencyKeys;
	readonly options: { runTimeMs: number; stopBlocksMs: number; checkContract: boolean };
	readonly requests: RecordedRequest[];
	readonly downloadRequests: RecordedRequest[];
	readonly contractViolations: string[];
	readonly log: (line: string) => void;
	origin: string;
	downloadOrigin: string;
}

/** Who calls, acting where (section 3). */
export interface Principal {
	key: KeyRecord;
	user: UserRecord;
	organization: OrganizationRecord;
	team: TeamRecord | null;
	scopes: Set<Scope>;
}

/** One request to an operation of the contract, already checked. */
export interface Call {
	core: Core;
	principal: Principal;
	/** Path parameters. */
	params: Record<string, string>;
	/** The parameters that the contract knows, with their types. */
	query: Record<string, unknown>;
	/** All parameters, as they came. */
	search: URLSearchParams;
	body: unknown;
	header(name: string): string | undefined;
	incoming: IncomingMessage;
}

export interface Reply {
	status: number;
	body?: unknown;
	headers?: Record<string, string>;
	stream?: Readable;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;
/** Handlers by operation id. */
export type Handlers = Record<string, Handler>;

export function ok(body: unknown, status = 200): Reply {
	return { status, body };
}

export const noContent: Reply = { status: 204 };
