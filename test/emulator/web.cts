import type { Hono } from 'hono';
import type { Core } from './core.cts';
import type { Env } from './server.cts';

const ENTITIES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** Text made safe for a page. */
export function escape(text: string): string {
	return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A page that says what it is: not the AutoGPT Platform. */
export function page(title: string, body: string): string {
	const banner = 'Local AutoGPT emulator. This is not the real one.';
	return [
		'<!doctype html><html lang="en"><head><meta charset="utf-8">',
		`<title>${escape(title)} (AutoGPT emulator)</title>`,
		'<style>body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:40rem}',
		'header{background:#fd6;padding:.5rem 1rem}button{font:inherit;margin-right:1rem}</style>',
		`</head><body><header>${banner}</header><h1>${escape(title)}</h1>${body}</body></html>`,
	].join('');
}

/** Plays the pages of the web app that links lead to. */
export function addPages(app: Hono<Env>, core: Core): void {
	app.get('/', (c) => {
		const base = `${core.origin}/external-api/v2`;
		return c.html(page('Welcome', `<p>The API is at <code>${base}</code>.</p>`));
	});
	app.get('/library/agents/:id', (c) => {
		const agent = core.state.agents.get(c.req.param('id'));
		const graph = agent && core.state.graphs.get(agent.graphId);
		const version = graph?.versions.find((one) => one.version === agent?.graphVersion);
		if (!version) return c.html(page('Agent not found', ''), 404);
		const run = c.req.query('activeItem');
		const about = run === undefined ? '' : `<p>Run <code>${escape(run)}</code></p>`;
		return c.html(page(version.name, `<p>${escape(version.description)}</p>${about}`));
	});
	app.get('/build', (c) => {
		const graph = core.state.graphs.get(c.req.query('flowID') ?? '');
		const wanted = Number(c.req.query('flowVersion') ?? graph?.activeVersion);
		const version = graph?.versions.find((one) => one.version === wanted);
		if (!version) return c.html(page('Graph not found', ''), 404);
		const blocks = version.nodes.map(({ block_id }) => `<li><code>${escape(block_id)}</code></li>`);
		return c.html(
			page(version.name, `<p>Version ${version.version}</p><ul>${blocks.join('')}</ul>`),
		);
	});
	app.get('/share/:token', (c) => {
		const token = c.req.param('token');
		const run = [...core.state.runs.values()].find((one) => one.shareToken === token);
		if (!run || run.deleted) return c.html(page('Link not found', ''), 404);
		const outputs = escape(JSON.stringify(run.outputs, null, '  '));
		return c.html(page('Shared run', `<p>${run.status}</p><pre>${outputs}</pre>`));
	});
	app.get('/settings/api-keys', (c) =>
		c.html(page('API keys', '<p>Keys are made when the emulator starts.</p>')),
	);
	app.get('/media/:id', (c) => {
		const file = core.state.files.get(c.req.param('id'));
		if (!file) return c.html(page('Not found', ''), 404);
		const headers = { 'Content-Type': file.mimeType, 'X-Content-Type-Options': 'nosniff' };
		return c.body(new Uint8Array(core.storage.read(file)), 200, headers);
	});
}
