import type { Context, Hono } from 'hono';
import { OAuthError, type OAuth } from './oauth.cts';
import type { Env } from './server.cts';

type Values = Record<string, string>;

function unprocessable(fields: string[], input: unknown): OAuthError {
	const issues = fields.map((name) => ({
		type: 'missing',
		loc: name === '' ? ['body'] : ['body', name],
		msg: 'Field required',
		input,
	}));
	return new OAuthError(422, issues);
}

/** JSON only: a form body is read as no body at all, and is a 422 (section 4). */
async function readJson(c: Context<Env>, needed: string[]): Promise<Values> {
	const text = await c.req.text();
	if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
		throw new OAuthError(422, [
			{
				type: 'model_attributes_type',
				loc: ['body'],
				msg: 'Input should be a valid dictionary or object to extract fields from',
				input: text,
			},
		]);
	}
	let values: unknown;
	try {
		values = JSON.parse(text);
	} catch {
		throw unprocessable([''], text);
	}
	if (values === null || typeof values !== 'object') throw unprocessable([''], values);
	const fields = values as Values;
	const missing = needed.filter((name) => typeof fields[name] !== 'string');
	if (missing.length > 0) throw unprocessable(missing, values);
	return fields;
}

const CLIENT = ['client_id', 'client_secret'];
const GRANTS: Record<string, string[]> = {
	authorization_code: ['code', 'redirect_uri', 'code_verifier'],
	refresh_token: ['refresh_token'],
};

async function answer(c: Context<Env>, work: () => Promise<object>): Promise<Response> {
	try {
		return c.json(await work());
	} catch (error) {
		if (!(error instanceof OAuthError)) throw error;
		return c.json({ detail: error.detail }, error.status as 400 | 401 | 422);
	}
}

async function grant(c: Context<Env>, oauth: OAuth): Promise<object> {
	const values = await readJson(c, ['grant_type']);
	const needed = GRANTS[values.grant_type ?? ''];
	if (!needed) {
		throw new OAuthError(422, [
			{
				type: 'union_tag_invalid',
				loc: ['body'],
				msg: 'Input tag does not match authorization_code or refresh_token',
				input: values,
			},
		]);
	}
	const missing = [...needed, ...CLIENT].filter((name) => typeof values[name] !== 'string');
	if (missing.length > 0) throw unprocessable(missing, values);
	const { client_id = '', client_secret = '', code = '', refresh_token = '' } = values;
	const app = oauth.client(client_id, client_secret);
	if (values.grant_type === 'refresh_token') return oauth.refresh(app, refresh_token);
	const { redirect_uri = '', code_verifier = '' } = values;
	return oauth.exchange(app, code, redirect_uri, code_verifier);
}

/** Token, revoke and introspect, beside the API and not under it (section 4). */
export function addTokens(app: Hono<Env>, oauth: OAuth): void {
	app.post('/api/oauth/token', (c) => answer(c, () => grant(c, oauth)));
	app.post('/api/oauth/revoke', (c) =>
		answer(c, async () => {
			const values = await readJson(c, ['token', ...CLIENT]);
			const client = oauth.client(values.client_id ?? '', values.client_secret ?? '');
			oauth.revoke(client, values.token ?? '');
			return { status: 'ok' };
		}),
	);
	app.post('/api/oauth/introspect', (c) =>
		answer(c, async () => {
			const values = await readJson(c, ['token', ...CLIENT]);
			const client = oauth.client(values.client_id ?? '', values.client_secret ?? '');
			return oauth.introspect(client, values.token ?? '');
		}),
	);
}
