import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { Core } from './core.cts';
import { misbehaving } from './misbehaviour.cts';
import { recorded } from './recorder.cts';
import { respond, type Env } from './server.cts';
import type { FileRecord } from './state.cts';
import { page } from './web.cts';

const VALID_SECONDS = 300;
const secret = randomBytes(32);

function signature(id: string, expires: number): string {
	return createHmac('sha256', secret).update(`${id} ${expires}`).digest('hex');
}

/** An address on another host that gives the file for 300 seconds (section 12). */
export function signedUrl(core: Core, file: FileRecord): string {
	const expires = Math.floor(core.clock.now().getTime() / 1000) + VALID_SECONDS;
	const query = `expires=${expires}&signature=${signature(file.id, expires)}`;
	const name = core.mode.signedNames === 'address' ? `/${encodeURIComponent(file.name)}` : '';
	return `${core.downloadOrigin}/signed/${file.id}${name}?${query}`;
}

/** Name and type of a file; `filename*` for names beyond ASCII (section 12). */
export function contentHeaders(file: FileRecord): Record<string, string> {
	const ascii = /^[\x20-\x7e]*$/.test(file.name);
	const name = ascii
		? `filename="${file.name.replaceAll(/["\\]/g, '\\$&')}"`
		: `filename*=UTF-8''${encodeURIComponent(file.name)}`;
	return {
		'Content-Type': file.mimeType,
		'Content-Length': String(file.sizeBytes),
		'Content-Disposition': `attachment; ${name}`,
		'Content-Security-Policy': 'sandbox',
		'X-Content-Type-Options': 'nosniff',
	};
}

/** The other host: serves signed addresses, and notes the headers it gets. */
export function createDownloads(core: Core): Hono<Env> {
	const app = new Hono<Env>();
	app.use('*', recorded(core, core.downloadRequests));
	app.use('*', misbehaving(core, true));
	app.get('/signed/:id/:name?', (c) => {
		const expires = Number(c.req.query('expires'));
		const given = Buffer.from(c.req.query('signature') ?? '');
		const right = Buffer.from(signature(c.req.param('id'), expires));
		const file = core.state.files.get(c.req.param('id'));
		const signed = given.length === right.length && timingSafeEqual(given, right);
		const late = !(expires * 1000 >= core.clock.now().getTime());
		if (!signed || late) return c.html(page('Signature does not match', ''), 403);
		if (!file || file.deleted) return c.html(page('File not found', ''), 404);
		const stream = core.storage.open(file);
		const headers = contentHeaders(file);
		if (core.mode.signedNames === 'address') delete headers['Content-Disposition'];
		return respond(core, { status: 200, headers, stream });
	});
	app.notFound((c) => c.html(page('Not found', ''), 404));
	return app;
}
