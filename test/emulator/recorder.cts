import type { MiddlewareHandler } from 'hono';
import type { HttpBindings } from '@hono/node-server';
import type { Core } from './core.cts';
import type { RecordedRequest } from './types.cts';

export interface Variables {
	account?: string;
	/** The connection was dropped, so there is no status. */
	dropped?: boolean;
}

const KEPT_REQUESTS = 20_000;
const KEPT_BODY_BYTES = 2_000_000;

/** Notes every request with its answer's status. */
export function recorded(
	core: Core,
	requests: RecordedRequest[],
): MiddlewareHandler<{ Bindings: HttpBindings; Variables: Variables }> {
	return async (c, next) => {
		const path = c.env.incoming.url ?? c.req.path;
		const request: RecordedRequest = {
			method: c.req.method,
			path,
			headers: c.req.header(),
			status: 0,
			at: core.clock.now(),
		};
		requests.push(request);
		if (requests.length > KEPT_REQUESTS) requests.shift();
		const text = /^(application\/json|application\/x-www-form-urlencoded)/;
		const length = Number(c.req.header('content-length') ?? 0);
		if (text.test(c.req.header('content-type') ?? '') && length <= KEPT_BODY_BYTES) {
			request.body = await c.req.text();
		}
		await next();
		request.account = c.get('account');
		request.status = c.get('dropped') ? 0 : c.res.status;
		core.log(`${request.method} ${path} ${request.status || 'dropped'}`);
	};
}
