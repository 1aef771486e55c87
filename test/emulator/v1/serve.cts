import type { V1EndpointName } from '../../../client/contract/v1/endpoints';
import type { RawRequest } from '../api.cts';
import type { Contract, Operation } from '../contract.cts';
import type { Core } from '../core.cts';
import { ApiError } from '../errors.cts';
import { readBody, readQuery } from '../requests.cts';
import { authenticate, countRequest, principalOf, requireScopes } from './access.cts';
import type { Generation, V1Handler, V1Reply } from './call.cts';
import { DetailError } from './errors.cts';

const EXECUTIONS: readonly V1EndpointName[] = [
	'executeGraph',
	'executeBlock',
	'runMarketplaceAgent',
];

/** An answer on the wire: JSON, or the plain text of a fault without a reason. */
export interface WireReply {
	status: number;
	text: string;
	type: 'application/json' | 'text/plain';
	headers: Record<string, string>;
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): WireReply {
	return { status, text: JSON.stringify(body), type: 'application/json', headers };
}

/** Bodies and queries that do not fit: a list of entries that echo what was sent. */
function refusedShape(error: ApiError): DetailError {
	return new DetailError(422, error.details?.errors ?? error.message);
}

function failure(core: Core, error: unknown, where: string): WireReply {
	if (error instanceof DetailError) {
		return json(error.status, { detail: error.detail }, error.headers);
	}
	core.log(`${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
	return { status: 500, text: 'Internal Server Error', type: 'text/plain', headers: {} };
}

function read<T>(get: () => T): T {
	try {
		return get();
	} catch (error) {
		throw error instanceof ApiError ? refusedShape(error) : error;
	}
}

/** Takes a request to API v1 through key, permissions and checks to its handler. */
export async function serveV1(
	core: Core,
	contract: Contract,
	operation: Operation,
	handler: V1Handler,
	generation: Generation,
	raw: RawRequest,
): Promise<WireReply> {
	const where = `v1 ${operation.id}`;
	try {
		const key = authenticate(core, (name) => raw.header(name), generation);
		raw.identified(key.userId);
		countRequest(
			core,
			key,
			EXECUTIONS.some((name) => name === operation.id),
		);
		const principal = principalOf(core, key, generation);
		requireScopes(principal, operation.scopes, generation);
		const query = read(() => readQuery(contract, operation, raw.search));
		const text = await raw.text();
		const type = raw.header('content-type');
		const body = read(() => readBody(contract, operation, text, type));
		const { params } = raw;
		const reply: V1Reply = await handler({ core, generation, principal, params, query, body });
		if (core.options.checkContract) {
			const problems = contract.responseProblems(operation, reply.status, reply.body);
			core.contractViolations.push(...problems.map((problem) => `v1 ${problem}`));
		}
		return json(reply.status, reply.body);
	} catch (error) {
		return failure(core, error, where);
	}
}
