import type { EndpointName } from './endpoints';
import type { operations } from './schema';
import type { V1EndpointName } from './v1/endpoints';
import type { operations as v1Operations } from './v1/schema';

type Content<R> = R extends { content: { 'application/json': infer Body } } ? Body : undefined;
type GoodStatus = 200 | 201 | 202 | 204;

/** What the generated types of both APIs say of an operation. */
interface Operation {
	parameters: object;
	responses: object;
}

type GoodBody<O extends Operation> = {
	[S in keyof O['responses'] & GoodStatus]: Content<O['responses'][S]>;
}[keyof O['responses'] & GoodStatus];
type PathOf<O extends Operation> = O['parameters'] extends { path: infer P }
	? { path: P }
	: { path?: undefined };
type QueryOf<O extends Operation> = O['parameters'] extends { query?: infer Q }
	? { query?: Q }
	: { query?: undefined };
type BodyOf<O extends Operation> = O extends {
	requestBody: { content: { 'application/json': infer B } };
}
	? { body: B }
	: { body?: undefined };
type RequestOf<O extends Operation> = PathOf<O> & QueryOf<O> & BodyOf<O>;

/** JSON body of the endpoint's good answer. */
export type Answer<N extends EndpointName> = GoodBody<operations[N]>;

/** JSON body of the good answer of an endpoint of API v1. */
export type V1Answer<N extends V1EndpointName> = GoodBody<v1Operations[N]>;

/** A graph by what the older API v1 starts and reads runs by, which knows no library. */
export interface GraphVersion {
	graphId: string;
	/** Undefined where it is not known; API v1 starts no run then. */
	graphVersion?: number;
	/** The marketplace agent that the user named instead, as `creator/slug`. */
	listing?: string;
}

/** What a request is for, which decides who goes first where AutoGPT's rate limits are near. */
export type Priority =
	/** Starts and all else that changes something. */
	| 'write'
	/** Reads of what a user or a workflow waits for. */
	| 'read'
	/** Checks whether runs have ended. */
	| 'watch'
	/** Polls of the trigger, dropdowns and forms of the editor. */
	| 'background';

/** What a call takes beside its path, query and body. */
export interface CallSettings {
	/** Makes a run start safe to repeat. */
	idempotencyKey?: string;
	/** With a key: repeat only what was refused before it happened, as without one. */
	repeatOnlyIfRefused?: boolean;
	/** Milliseconds for one attempt. */
	timeoutMs?: number;
	/** Attempts at most; fewer where someone waits at a dropdown. */
	maxTries?: number;
	/** How long refusals for rate limits may be waited out in all, in milliseconds. */
	retryBudgetMs?: number;
	/** What it is for; by its method where it is not said. */
	priority?: Priority;
	/** The graph that the request is about, for servers that know runs by their graphs only. */
	graph?: GraphVersion;
	/** Of a start: the block that is to be run, for servers that run a block by itself. */
	blockId?: string;
	/** The operation that this one is for: where a server lacks that one, this is not sent either. */
	before?: EndpointName;
	/** Of a start: whether a user chose the idempotency key, and relies on it. */
	isOwnKey?: boolean;
	/** Of a start: called before it is sent to a server that knows no idempotency keys. */
	beforeUnkeyedStart?: () => void;
}

export type CallOptions<N extends EndpointName> = RequestOf<operations[N]> & CallSettings;

/** What a call of API v1 takes. */
export type V1CallOptions<N extends V1EndpointName> = RequestOf<v1Operations[N]>;
