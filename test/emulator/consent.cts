import type { Context, Hono } from 'hono';
import type { Core } from './core.cts';
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

function hiddenFields(values: Values): string {
	const hidden = FIELDS.map((name) => {
		const value = escape(values[name] ?? '');
		return `<input type="hidden" name="${name}" value="${value}">`;
	});
	return hidden.join('');
}

function isScope(text: string): text is Scope {
	return SCOPES.some((scope) => scope === text);
}

/**
 * AutoGPT's page itself refuses scopes that the app lacks: the only way back from it is the same as
 * that of people who deny (section 4).
 */
function scopesPage(values: Values): string {
	return page(
		'This application may not ask for this',
		'<p>It asks for permissions that it was not registered with.</p>' +
			`<form method="post" action="/auth/authorize">${hiddenFields(values)}` +
			'<button name="decision" value="deny">Back</button></form>',
	);
}

/** The request, or the answer that refuses it. */
function check(
	c: Context<Env>,
	oauth: OAuth,
	values: Values,
	pageChecksScopes: boolean,
): AuthorizeRequest | Response {
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
		if (!pageChecksScopes) {
			return refuse('invalid_scope', 'Scopes must be some of those of the application');
		}
		if (values.decision !== 'deny') return c.html(scopesPage(values), 400);
	}
	return { app, redirectUri, scopes: scopes.filter(isScope), challenge, state };
}

function consentPage(request: AuthorizeRequest, values: Values, who: string): string {
	const scopes = request.scopes.map((scope) => `<li>${scope}</li>`).join('');
	return page(
		`Allow ${request.app.name}?`,
		`<p>It asks to act as ${escape(who)} with:</p><ul>${scopes}</ul>` +
			`<form method="post" action="/auth/authorize">${hiddenFields(values)}` +
			'<button name="decision" value="allow">Allow</button>' +
			'<button name="decision" value="deny">Deny</button></form>',
	);
}

/** The authorize page: no sign-in, it acts as the chosen account (section 4). */
export function addConsent(app: Hono<Env>, oauth: OAuth, core: Core): void {
	const nameOf = (userId: string) => core.state.users.get(userId)?.name ?? userId;
	const request = (c: Context<Env>, values: Values) =>
		check(c, oauth, values, core.mode.consentChecksScopes);
	app.get('/auth/authorize', (c) => {
		const values = c.req.query();
		const asked = request(c, values);
		if (asked instanceof Response) return asked;
		if (!oauth.account) return c.html(page('There is no account yet', ''), 400);
		return c.html(consentPage(asked, values, nameOf(oauth.account.userId)));
	});
	app.post('/auth/authorize', async (c) => {
		const form = new URLSearchParams(await c.req.text());
		const asked = request(c, Object.fromEntries(form));
		if (asked instanceof Response) return asked;
		const { redirectUri, state } = asked;
		if (form.get('decision') === 'allow' && oauth.account) {
			return back(c, redirectUri, { code: oauth.allow(asked), state });
		}
		const error_description = 'The user denied access';
		return back(c, redirectUri, { error: 'access_denied', error_description, state });
	});
}
