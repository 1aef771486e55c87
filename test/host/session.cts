import { asObject, asText, isObject, type JsonObject } from './json.cts';
import { until } from './until.cts';

/** The person who owns every n8n that is started here. A demo login for loopback only. */
export const OWNER = {
	email: 'demo@autogpt-pack.example',
	password: 'Demo-Owner-1',
	firstName: 'Demo',
	lastName: 'Owner',
} as const;

/** n8n binds a login to a browser by this header; a constant makes every call the same one. */
const BROWSER_ID = 'n8n-nodes-autogpt-host';

const SERVING_TIMEOUT_MS = 30_000;

/** An answer of n8n's API that was not a success. */
export class N8nApiError extends Error {
	override name = 'N8nApiError';

	constructor(
		readonly status: number,
		readonly body: unknown,
		request: string,
	) {
		const message = isObject(body) && typeof body.message === 'string' ? body.message : '';
		super(`${request} answered ${status}${message && `: ${message}`}`);
	}
}

/** Calls n8n's own REST API, the one its editor uses, as the owner. */
export class N8nSession {
	private cookie = '';

	/** n8n's own version, known once logged in. */
	version = '';

	constructor(readonly url: string) {}

	/** Makes the owner if this n8n has none yet, and logs in. */
	async logIn(): Promise<void> {
		const management = (await this.firstSettings()).userManagement;
		if (isObject(management) && management.showSetupOnFirstLoad === true) {
			await this.request('POST', '/rest/owner/setup', OWNER);
		} else {
			const { email, password } = OWNER;
			await this.request('POST', '/rest/login', { emailOrLdapLoginId: email, password });
		}
		// Strangers are not told.
		this.version = asText((await this.settings()).versionCli, 'settings: versionCli');
	}

	/** n8n 1 says that it is ready a moment before it serves its API. */
	private async firstSettings(): Promise<JsonObject> {
		return await until(SERVING_TIMEOUT_MS, "n8n's API", async () => {
			try {
				return await this.settings();
			} catch (error) {
				if (error instanceof N8nApiError && error.status === 404) return undefined;
				throw error;
			}
		});
	}

	private async settings(): Promise<JsonObject> {
		return asObject(await this.request('GET', '/rest/settings'), 'settings');
	}

	/** Sends a request and gives back the `data` of its answer. */
	async request(method: string, path: string, body?: unknown): Promise<unknown> {
		const response = await patientFetch(`${this.url}${path}`, {
			method,
			headers: {
				'browser-id': BROWSER_ID,
				...(this.cookie && { cookie: this.cookie }),
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		for (const cookie of response.headers.getSetCookie()) {
			if (cookie.startsWith('n8n-auth=')) this.cookie = cookie.split(';')[0] ?? '';
		}
		const answer = parse(await response.text());
		if (!response.ok) throw new N8nApiError(response.status, answer, `${method} ${path}`);
		return isObject(answer) && 'data' in answer ? answer.data : answer;
	}
}

/** Reads once more where n8n had just closed the connection that it kept open. */
async function patientFetch(url: string, request: RequestInit): Promise<Response> {
	return await fetch(url, request).catch(async (error: unknown) => {
		if (request.method !== 'GET') throw error;
		return await fetch(url, request);
	});
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
