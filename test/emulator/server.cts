import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context } from 'hono';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { errorReply, serve } from './api.cts';
import type { Core, Handlers, Reply } from './core.cts';
import type { Operation } from './contract.cts';
import { dateHeader } from './dates.cts';
import { ApiError, envelope } from './errors.cts';
import { isThere } from './older.cts';
import { recorded, type Variables } from './recorder.cts';
import { misbehaving } from './misbehaviour.cts';
import { specReply } from './spec.cts';

export interface Env {
	Bindings: HttpBindings;
	Variables: Variables;
}

export const API_PATH = '/external-api/v2';

/** An answer of the API on the wire; without a counter store the limits are not sent. */
export function respond(core: Core, reply: Reply): Response {
	const headers = new Headers({ ...reply.headers, ...dateHeader(core) });
	if (!core.mode.rateLimitHeaders) {
		for (const name of ['Limit', 'Remaining', 'Reset']) headers.delete(`X-RateLimit-${name}`);
	}
	if (reply.stream) {
		const body = Readable.toWeb(reply.stream) as ReadableStream<Uint8Array>;
		return new Response(body as BodyInit, { status: reply.status, headers });
	}
	if (reply.body === undefined) return new Response(null, { status: reply.status, headers });
	headers.set('Content-Type', 'application/json');
	return new Response(JSON.stringify(reply.body), { status: reply.status, headers });
}

/** Paths without parameters come first, or `/runs/reviews` would be the run `reviews`. */
export function byStaticPath(a: { path: string }, b: { path: string }): number {
	return a.path.split('{').length - b.path.split('{').length;
}

/** Older servers: 405 where the path is known for something else, 404 where it is not. */
function notYet(core: Core, operation: Operation, operations: Operation[]): Response {
	const isPath = operations.some(
		(one) => one.path === operation.path && one !== operation && isThere(core.mode, one),
	);
	const error = isPath ? new ApiError(405, 'Method Not Allowed') : new ApiError(404, 'Not Found');
	return respond(core, errorReply(core, error, `${operation.method} ${operation.path}`));
}

function addOperations(app: Hono<Env>, core: Core, handlers: Handlers): void {
	const operations = [...core.contract.operations].sort(byStaticPath);
	const route = (path: string) => API_PATH + path.replaceAll(/\{(\w+)\}/g, ':$1');
	for (const operation of operations) {
		const handler = handlers[operation.id];
		if (!handler) throw new Error(`Nothing serves ${operation.id}`);
		app.on(operation.method, route(operation.path), async (c) => {
			if (!isThere(core.mode, operation)) return notYet(core, operation, operations);
			const reply = await serve(core, operation, handler, {
				params: c.req.param() as Record<string, string>,
				search: new URL(c.req.url).searchParams,
				header: (name) => c.req.header(name),
				text: () => c.req.text(),
				address: c.env.incoming.socket.remoteAddress ?? '',
				incoming: c.env.incoming,
				identified: (userId) => c.set('account', userId),
			});
			return respond(core, reply);
		});
	}
	const unknown = (c: Context<Env>, status: 404 | 405, message: string) => {
		const where = `${c.req.method} ${c.req.path}`;
		core.contractViolations.push(`request ${where}: not in the contract`);
		return respond(core, errorReply(core, new ApiError(status, message), where));
	};
	for (const path of new Set(operations.map((one) => route(one.path)))) {
		app.all(path, (c) => unknown(c, 405, 'Method Not Allowed'));
	}
	app.all(`${API_PATH}/*`, (c) => unknown(c, 404, 'Not Found'));
}

/** The API, and whatever else `extend` adds, as one HTTP application. */
export function createApp(
	core: Core,
	handlers: Handlers,
	extend: (app: Hono<Env>) => void,
): Hono<Env> {
	const app = new Hono<Env>();
	app.use('*', recorded(core, core.requests), misbehaving(core));
	app.use(`${API_PATH}/*`, async (c, next) => {
		if (core.mode.version !== 'none') return await next();
		return c.json({ detail: 'Not Found' }, 404);
	});
	app.get(`${API_PATH}/openapi.json`, (c) =>
		respond(core, specReply(core, c.env.incoming.socket.remoteAddress ?? '')),
	);
	addOperations(app, core, handlers);
	extend(app);
	app.notFound((c) => c.json(envelope(404, 'Not Found'), 404));
	app.onError((error, c) => {
		if (c.env.outgoing.destroyed) return RESPONSE_ALREADY_SENT;
		return respond(core, errorReply(core, error, `${c.req.method} ${c.req.path}`));
	});
	return app;
}

/** A listener on 127.0.0.1, and nowhere else. */
export async function listen(app: { fetch: Hono<Env>['fetch'] }, port: number) {
	const server = createAdaptorServer({ fetch: app.fetch });
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve());
	});
	return {
		port: (server.address() as AddressInfo).port,
		close: () =>
			new Promise<void>((resolve) => {
				server.close(() => resolve());
				if ('closeAllConnections' in server) server.closeAllConnections();
			}),
	};
}
