import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import type { Core } from './core.cts';
import { dateHeader } from './dates.cts';
import { envelope } from './errors.cts';
import type { FaultKind } from './faults.cts';
import type { Variables } from './recorder.cts';

interface Env {
	Bindings: HttpBindings;
	Variables: Variables;
}

const DRIP_MS = 20;
const PROXY_PAGE = '<!doctype html><title>Error</title><h1>Error of a proxy</h1>';

/** An answer of AutoGPT itself. */
function json(
	core: Core,
	status: number,
	body: unknown,
	more: Record<string, string> = {},
): Response {
	const headers = { 'Content-Type': 'application/json', ...dateHeader(core), ...more };
	return new Response(JSON.stringify(body), { status, headers });
}

function drop(c: Context<Env>): Response {
	c.set('dropped', true);
	c.env.outgoing.destroy();
	return RESPONSE_ALREADY_SENT;
}

/** Half of a JSON answer under headers that promise all of it, then the end. */
async function truncate(c: Context<Env>, status: number): Promise<Response> {
	const text = await c.res.text();
	const { outgoing } = c.env;
	outgoing.writeHead(status, {
		...Object.fromEntries(c.res.headers),
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(text),
	});
	await new Promise<void>((sent) => {
		outgoing.write(text.slice(0, Math.ceil(text.length / 2)), () => sent());
	});
	outgoing.destroy();
	c.set('dropped', true);
	return RESPONSE_ALREADY_SENT;
}

/** A response that never ends. */
function drip(c: Context<Env>, status: number): Response {
	const { outgoing } = c.env;
	outgoing.writeHead(status, { 'Content-Type': 'application/json' });
	outgoing.write('{"items":[');
	const drops = setInterval(() => outgoing.write(' '), DRIP_MS);
	outgoing.once('close', () => clearInterval(drops));
	c.set('dropped', true);
	return RESPONSE_ALREADY_SENT;
}

function instead(core: Core, c: Context<Env>, kind: FaultKind): Response | null {
	if ('before' in kind) return drop(c);
	if ('status' in kind) {
		const body = kind.body ?? envelope(kind.status, 'A fault that was asked for');
		return json(core, kind.status, body, kind.headers);
	}
	if ('html' in kind) {
		const headers = { 'Content-Type': 'text/html; charset=utf-8' };
		return new Response(PROXY_PAGE, { status: kind.html, headers });
	}
	if ('raw' in kind) {
		const { status, headers, body } = kind.raw;
		return new Response(body ?? null, { status, headers });
	}
	if ('drip' in kind) return drip(c, kind.drip);
	if ('empty' in kind) return new Response(null, { status: kind.empty });
	if ('redirect' in kind) {
		return new Response(null, { status: 302, headers: { Location: kind.redirect } });
	}
	return null;
}

function replace(c: Context<Env>, response: Response): void {
	// Hono merges headers of the answer that is replaced, unless it is unset first.
	c.res = undefined;
	c.res = response;
}

/** Does to a request what the faults say; `onlyNamed` leaves out faults without a path. */
export function misbehaving(core: Core, onlyNamed = false): MiddlewareHandler<Env> {
	return async (c, next) => {
		const path = c.env.incoming.url ?? c.req.path;
		const kind = core.faults.take(c.req.method, path, onlyNamed);
		if (!kind) return await next();
		const answer = instead(core, c, kind);
		if (answer) return answer;
		const key = c.req.header('idempotency-key')?.trim();
		if ('killed' in kind && kind.killed === 'before') {
			if (key) core.idempotency.hold(key);
			return drop(c);
		}
		if ('delayMs' in kind) {
			await new Promise<void>((resume) => core.clock.after(kind.delayMs, resume));
		}
		await next();
		if (key && 'killed' in kind) core.idempotency.hold(key);
		if (key && 'failsAfter' in kind) core.idempotency.failed(key);
		if ('killed' in kind || ('failsAfter' in kind && kind.failsAfter === 'drop')) {
			replace(c, drop(c));
		}
		if ('failsAfter' in kind && typeof kind.failsAfter === 'number') {
			replace(c, json(core, kind.failsAfter, envelope(kind.failsAfter, 'The request failed')));
		}
		if ('after' in kind) replace(c, drop(c));
		if ('truncated' in kind) replace(c, await truncate(c, kind.truncated));
		if ('halved' in kind) {
			const text = await c.res.text();
			const headers = { 'Content-Type': 'application/json', ...dateHeader(core) };
			const half = text.slice(0, Math.ceil(text.length / 2));
			replace(c, new Response(half, { status: kind.halved, headers }));
		}
		if ('handledStatus' in kind) {
			const body = envelope(kind.handledStatus, 'A fault that was asked for');
			replace(c, json(core, kind.handledStatus, body));
		}
		return undefined;
	};
}
