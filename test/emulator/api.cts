import type { IncomingMessage } from 'node:http';
import { authenticate, countRequest, principalOf, requireScopes, scopesOf } from './auth.cts';
import type { Operation } from './contract.cts';
import type { Core, Handler, Principal, Reply } from './core.cts';
import { ApiError, envelope } from './errors.cts';
import { limitHeaders, tooMany, type Window } from './limits.cts';
import { checkHeaders, readBody, readQuery } from './requests.cts';

/** A request as it came in. */
export interface RawRequest {
	params: Record<string, string>;
	search: URLSearchParams;
	header(name: string): string | undefined;
	text(): Promise<string>;
	address: string;
	incoming: IncomingMessage;
	/** Learns who calls as soon as it is known. */
	identified(userId: string): void;
}

/** An error as the response that reports it. */
export function errorReply(core: Core, error: unknown, where: string): Reply {
	if (error instanceof ApiError) {
		const body = envelope(error.status, error.message, error.details);
		return { status: error.status, body, headers: error.headers };
	}
	core.log(`${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
	return { status: 500, body: envelope(500, `Failed to process ${where}`) };
}

function noteUnknown(core: Core, operation: Operation, search: URLSearchParams, body: unknown) {
	if (!core.options.checkContract) return;
	const where = `request ${operation.id}`;
	for (const name of new Set(search.keys())) {
		const known = operation.parameters.some((one) => one.in === 'query' && one.name === name);
		if (!known) core.contractViolations.push(`${where}: unknown query parameter ${name}`);
	}
	if (operation.body) {
		for (const field of core.contract.unknownFields(operation.body, body)) {
			core.contractViolations.push(`${where}: unknown field ${field}`);
		}
	}
}

/** The limit that the answer's headers describe: the operation's own, else the user's. */
function countOwn(core: Core, operation: Operation, principal: Principal): Window | null {
	const { ownLimit } = operation;
	if (!ownLimit) return null;
	const bucket = `${operation.id} ${principal.user.id}`;
	const window = core.limiter.hit(bucket, ownLimit.requests, ownLimit.window_seconds);
	if (window.exceeded) throw tooMany(window);
	return window;
}

/** Takes a request through key, limits, scopes and checks to its handler (section 9's order). */
export async function serve(
	core: Core,
	operation: Operation,
	handler: Handler,
	raw: RawRequest,
): Promise<Reply> {
	let headers: Record<string, string> = {};
	let reply: Reply;
	try {
		const key = authenticate(core, (name) => raw.header(name), raw.address);
		raw.identified(key.userId);
		headers = limitHeaders(countRequest(core, key.userId));
		const principal = principalOf(core, key, raw.header('x-team-id'));
		requireScopes(principal, scopesOf(core, operation));
		const own = countOwn(core, operation, principal);
		if (own) headers = limitHeaders(own);
		checkHeaders(core.contract, operation, (name) => raw.header(name));
		const query = readQuery(core.contract, operation, raw.search);
		const text = operation.body ? await raw.text() : '';
		const body = readBody(core.contract, operation, text, raw.header('content-type'));
		noteUnknown(core, operation, raw.search, body);
		reply = await handler({
			core,
			principal,
			params: raw.params,
			query,
			search: raw.search,
			body,
			header: (name) => raw.header(name),
			incoming: raw.incoming,
		});
	} catch (error) {
		reply = errorReply(core, error, `${operation.method} ${operation.path}`);
	}
	noteResponse(core, operation, reply);
	return { ...reply, headers: { ...headers, ...reply.headers } };
}

function noteResponse(core: Core, operation: Operation, reply: Reply): void {
	const old = core.mode.version !== 'N' || core.mode.uploads === 'old';
	if (!core.options.checkContract || reply.stream || old) return;
	if (operation.id === 'startAgentRun' && reply.status === 200) return;
	const problems = core.contract.responseProblems(operation, reply.status, reply.body);
	core.contractViolations.push(...problems);
}
