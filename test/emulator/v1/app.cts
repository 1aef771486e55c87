import type { Context, Hono } from 'hono';
import type { V1EndpointName } from '../../../client/contract/v1/endpoints';
import { loadV1Contract, type Operation } from '../contract.cts';
import type { Core } from '../core.cts';
import { byStaticPath, type Env } from '../server.cts';
import { GENERATIONS, type Generation } from './call.cts';
import { v1Handlers } from './handlers.cts';
import { serveV1 } from './serve.cts';

const ROOT = '/external-api';
const V1_PATH = `${ROOT}/v1`;
const NOT_FOUND = { detail: 'Not Found' };

/** The first of our generations that has an operation (v1.md section 1). */
const SINCE: Partial<Record<V1EndpointName, Generation>> = {
	listBlocks: 'V3',
	executeBlock: 'V3',
	executeGraph: 'V3',
	getGraphResults: 'V3',
};

function isServed(id: string, generation: Generation): boolean {
	const since = SINCE[id as V1EndpointName] ?? 'V5';
	return GENERATIONS.indexOf(generation) >= GENERATIONS.indexOf(since);
}

function generationOf(core: Core): Generation | undefined {
	return core.mode.v1 === 'none' ? undefined : core.mode.v1;
}

/** The server's own description, with the paths as `prefix` has them. */
function description(core: Core, generation: Generation, prefix: string): unknown {
	const { document, operations } = loadV1Contract();
	const paths: Record<string, Record<string, unknown>> = {};
	for (const { id, method, path } of operations) {
		if (!isServed(id, generation)) continue;
		const own = document.paths[path]?.[method.toLowerCase()];
		(paths[prefix + path] ??= {})[method.toLowerCase()] = own;
	}
	const servers = [{ url: core.origin + ROOT }];
	return { ...document, servers, paths };
}

function addDescriptions(app: Hono<Env>, core: Core): void {
	// v1-only servers are one application; those with v2 have one for each (v1.md section 9).
	app.get(`${ROOT}/openapi.json`, (c) => {
		const generation = generationOf(core);
		if (!generation) return c.json(NOT_FOUND, 404);
		if (core.mode.version !== 'none') return c.redirect(`${V1_PATH}/openapi.json`, 308);
		return c.json(description(core, generation, '/v1'));
	});
	app.get(`${V1_PATH}/openapi.json`, (c) => {
		const generation = generationOf(core);
		if (!generation || core.mode.version === 'none') return c.json(NOT_FOUND, 404);
		return c.json(description(core, generation, ''));
	});
}

async function answer(core: Core, c: Context<Env>, operation: Operation): Promise<Response> {
	const generation = generationOf(core);
	if (!generation || !isServed(operation.id, generation)) return c.json(NOT_FOUND, 404);
	const handler = v1Handlers[operation.id as V1EndpointName];
	const reply = await serveV1(core, loadV1Contract(), operation, handler, generation, {
		params: c.req.param() as Record<string, string>,
		search: new URL(c.req.url).searchParams,
		header: (name) => c.req.header(name),
		text: () => c.req.text(),
		address: c.env.incoming.socket.remoteAddress ?? '',
		incoming: c.env.incoming,
		identified: (userId) => c.set('account', userId),
	});
	const headers = { ...reply.headers, 'Content-Type': reply.type };
	return new Response(reply.text, {
		status: reply.status,
		headers: { ...headers, Date: core.clock.now().toUTCString() },
	});
}

/** API v1 beside API v2, or without it, on the same state. */
export function addV1(app: Hono<Env>, core: Core): void {
	addDescriptions(app, core);
	for (const operation of [...loadV1Contract().operations].sort(byStaticPath)) {
		const path = V1_PATH + operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
		app.on(operation.method, path, async (c) => await answer(core, c, operation));
	}
	app.all(`${V1_PATH}/*`, (c) => c.json(NOT_FOUND, 404));
}
