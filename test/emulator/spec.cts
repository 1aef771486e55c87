import type { Core, Reply } from './core.cts';
import { limitHeaders, tooMany } from './limits.cts';
import { errorReply } from './api.cts';

/** `GET /openapi.json`: needs no key, and describes the server that runs (section 1). */
export function specReply(core: Core, address: string): Reply {
	const window = core.limiter.hit(`documents ${address}`, 60, 60);
	if (window.exceeded) return errorReply(core, tooMany(window), 'GET /openapi.json');
	const { document } = core.contract;
	const info = {
		...document.info,
		description: 'This server is an AutoGPT emulator, for tests. ' + document.info.description,
	};
	const servers = [{ url: `${core.origin}/external-api/v2` }];
	const paths = { ...document.paths };
	if (core.mode.version === 'O3') paths['/library/presets'] = { get: { responses: {} } };
	if (core.mode.idempotency === 'ignored') forgetStartKeys(paths);
	const body = { ...document, info, servers, paths };
	return { status: 200, body, headers: limitHeaders(window) };
}

/** Servers that ignore the header do not describe it (section 1). */
function forgetStartKeys(paths: Record<string, unknown>): void {
	const path = '/library/agents/{agent_id}/runs';
	paths[path] = JSON.parse(
		JSON.stringify(paths[path]).replace(/Idempotency-Key/gi, 'X-Not-Described'),
	) as unknown;
}
