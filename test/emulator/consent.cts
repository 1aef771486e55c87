import type { Context, Hono } from 'hono';
import type { AuthorizeRequest, OAuth } from './oauth.cts';
import type { Env } from './server.cts';
import { SCOPES, type Scope } from './types.cts';
import { escape, page } from './web.cts';

type Values = Record<string, string>;

const FIELDS = [
	'response_type',
	'client_id',
	'redirect_uri',
	'scope',
	'state',
	'code_challenge',
	'code_challenge_method',
];

/** Back to the app: the server appends `?...` to the registered address (section 4). */
function back(c: Context<Env>, redirectUri: string, answer: Values): Response {
	return c.redirect(`${redirectUri}?${new URLSearchParams(answer).toString()}`, 302);
}

function isScope(text: string): text is Scope {
	return SCOPES.some((scope) => scope === text);
}

/** The request, or the answer that refuses it. */
function check(c: Context<Env>, oauth: OAuth, values: Values): AuthorizeRequest | Response {
	const app = oauth.app(values.client_id ?? '');
	if (!app?.active) return c.html(page('Unknown application', ''), 400);
	const redirectUri = values.redirect_uri ?? '';
	if (!app.redirectUris.includes(redirectUri)) {
		return c.html(page('This redirect address is not registered', ''), 400);
	}
	const state = values.state ?? '';
	const refuse = (error: string, error_description: string) =>
		back(c, redirectUri, { error, error_description, state });
	if (values.response_type !== 'code') {
		return refuse('unsupported_response_type', 'Only response_type=code is supported');
	}
	const { code_challenge: challenge = '', code_challenge_method: method } = values;
	if (state === '' || challenge === '' || method !== 'S256') {
		return refuse('invalid_request', 'state, code_challenge and S256 are needed');
	}
	const scopes = (values.scope ?? '').split(' ').filter((text) => text !== '');
	if (scopes.length === 0 || !scopes.every((one) => isScope(one) && app.scopes.includes(one))) {
		return refuse('invalid_scope', 'Scopes must be some of those of the application');
	}
	return { app, redirectUri, scopes: scopes.filter(isScope), challenge, state };
}

function consentPage(request: AuthorizeRequest, values: Values, who: string): string {
	const hidden = FIELDS.map((name) => {
		const value = escape(values[name] ?? '');
		return `<input type="hidden" name="${name}" value="${value}">`;
	});
	const scopes = request.scopes.map((scope) => `<li>${scope}</li>`).join('');
	return page(
		`Allow ${request.app.name}?`,
		`<p>It asks to act as ${escape(who)} with:</p><ul>${scopes}</ul>` +
			`<form method="post" action="/auth/authorize">${hidden.join('')}` +
			'<button name="decision" value="allow">Allow</button>' +
			'<button name="decision" value="deny">Deny</button></form>',
	);
}

/** The authorize page: no sign-in, it acts as the chosen account (section 4). */
export function addConsent(app: Hono<Env>, oauth: OAuth, nameOf: (userId: string) => string): void {
	app.get('/auth/authorize', (c) => {
		const values = c.req.query();
		const request = check(c, oauth, values);
		if (request instanceof Response) return request;
		if (!oauth.account) return c.html(page('There is no account yet', ''), 400);
		return c.html(consentPage(request, values, nameOf(oauth.account.userId)));
	});
	app.post('/auth/authorize', async (c) => {
		const form = new URLSearchParams(await c.req.text());
		const request = check(c, oauth, Object.fromEntries(form));
		if (request instanceof Response) return request;
		const { redirectUri, state } = request;
		if (form.get('decision') === 'allow' && oauth.account) {
			return back(c, redirectUri, { code: oauth.allow(request), state });
		}
		const error_description = 'The user denied access';
		return back(c, redirectUri, { error: 'access_denied', error_description, state });
	});
}
