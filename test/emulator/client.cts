import type { Account, Emulator, Schemas, Scope } from './index.cts';

export interface Answer<T = unknown> {
	status: number;
	headers: Headers;
	body: T;
	text: string;
}

export interface RequestOptions {
	key?: string | null;
	headers?: Record<string, string>;
	json?: unknown;
	body?: BodyInit;
}

/** A plain client for these tests: no retries, no redirects. */
export class Client {
	readonly key: string;

	constructor(
		readonly emulator: Emulator,
		readonly account: Account,
		scopes?: Scope[],
	) {
		this.key = account.createKey(scopes ? { scopes } : {});
	}

	async call<T = unknown>(
		method: string,
		path: string,
		options: RequestOptions = {},
	): Promise<Answer<T>> {
		const headers: Record<string, string> = { ...options.headers };
		const key = options.key === undefined ? this.key : options.key;
		if (key !== null && !('X-API-Key' in headers)) headers['X-API-Key'] = key;
		let body = options.body;
		if (options.json !== undefined) {
			headers['Content-Type'] ??= 'application/json';
			body = JSON.stringify(options.json);
		}
		const response = await fetch(this.emulator.baseUrl + path, {
			method,
			headers,
			body,
			redirect: 'manual',
		});
		const text = await response.text();
		let parsed: unknown;
		try {
			parsed = JSON.parse(text);
		} catch {
			parsed = undefined;
		}
		return { status: response.status, headers: response.headers, body: parsed as T, text };
	}

	get<T>(path: string, options?: RequestOptions): Promise<Answer<T>> {
		return this.call<T>('GET', path, options);
	}

	post<T>(path: string, json?: unknown, options?: RequestOptions): Promise<Answer<T>> {
		return this.call<T>('POST', path, { json, ...options });
	}

	start(
		agentId: string,
		inputs: Record<string, unknown> = {},
		key?: string,
	): Promise<Answer<Schemas['Run']>> {
		const headers = key === undefined ? undefined : { 'Idempotency-Key': key };
		return this.post(`/library/agents/${agentId}/runs`, { inputs }, { headers });
	}

	run(id: string): Promise<Answer<Schemas['RunDetails']>> {
		return this.get(`/runs/${id}`);
	}

	/** Reads a run until it has one of some statuses. */
	async until(id: string, ...statuses: string[]): Promise<Schemas['RunDetails']> {
		for (let tries = 0; tries < 200; tries += 1) {
			const run = this.account.run(id);
			if (statuses.includes(run.status)) return (await this.run(id)).body;
			await new Promise((resume) => setTimeout(resume, 5));
		}
		throw new Error(`Run ${id} never became ${statuses.join(' or ')}`);
	}
}

export interface ErrorBody {
	error: {
		code: string;
		message: string;
		details: { errors?: Schemas['ValidationIssue'][] } | null;
	};
}
