import type { Connection, N8nFunctions } from '../connection/connection';
import { apiRoot, v1BaseUrl } from '../connection/baseUrl';
import type { V1Answer, V1CallOptions } from '../contract/calls';
import { v1Endpoints, type V1EndpointName } from '../contract/v1/endpoints';
import type { CallFacts } from '../errors/callFacts';
import type { PlatformError, PlatformFault } from '../errors/platformError';
import { servedApis, v1Accounts } from '../process/processState';
import { explainV1 } from '../v1/errors';
import type { V1Server, V1Settings } from '../v1/server';
import { isObject } from '../util/json';
import { readJson } from './answers';
import { baseRequest, jsonRequest } from './requests';
import type { Session } from './session';
import { Transport } from './transport';

/** Reads are sent again at most twice (contract: v1.md section 3). */
const MAX_TRIES = 3;
const RETRY_BUDGET_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 60_000;
/** A block runs within its request, for as long as half an hour (section 7). */
const BLOCK_TIMEOUT_MS = 31 * 60_000;

const EXECUTIONS: readonly V1EndpointName[] = [
	'executeGraph',
	'executeBlock',
	'runMarketplaceAgent',
];

function textsOf(path: unknown): Record<string, string> {
	return Object.fromEntries(
		Object.entries(isObject(path) ? path : {}).map(([name, value]) => [name, String(value)]),
	);
}

/** Sends requests to API v1 of a server. */
export class V1Calls implements V1Server {
	/** The same credential, at the address of API v1. */
	readonly connection: Connection;

	private readonly transport: Transport;

	constructor(
		functions: N8nFunctions,
		connection: Connection,
		readonly session: Session,
	) {
		// There is no team header: the key's own organization counts (section 2).
		this.connection = { ...connection, baseUrl: v1BaseUrl(connection), headers: {} };
		this.transport = new Transport(functions, this.connection, session);
	}

	get cancelSignal(): AbortSignal | undefined {
		return this.transport.cancelSignal;
	}

	get account() {
		return v1Accounts.of(this.connection.credentialKey);
	}

	private get served() {
		return servedApis.of(apiRoot(this.connection));
	}

	get mayEndEarly(): boolean {
		const { isV1Described, lackingOfV1 } = this.served;
		return !isV1Described || lackingOfV1.includes('getMe');
	}

	error(fault: PlatformFault): PlatformError {
		return this.transport.error(fault);
	}

	async call<N extends V1EndpointName>(
		name: N,
		options: V1CallOptions<N>,
		{ takesFaults, timeoutMs }: V1Settings = {},
	): Promise<V1Answer<N>> {
		const endpoint = v1Endpoints[name];
		const path = textsOf(options.path);
		const facts: CallFacts = { endpoint, path, connection: this.connection };
		const unknown = { status: 404, headers: {}, body: '{"detail":"Not Found"}' };
		if (this.served.lackingOfV1.includes(name)) {
			throw this.error({ ...explainV1(name, facts, unknown), server: 'lacksOperation' });
		}
		await this.account.requests.take(this.cancelSignal);
		const isExecution = EXECUTIONS.includes(name);
		const timeout = name === 'executeBlock' ? BLOCK_TIMEOUT_MS : timeoutMs;
		const answer = await this.transport.send({
			facts,
			request: jsonRequest(baseRequest(this.connection, endpoint, path), options, {
				timeoutMs: timeout,
			}),
			retryable: endpoint.method === 'GET' && !takesFaults ? 'read' : 'write',
			maxTries: MAX_TRIES,
			retryBudgetMs: RETRY_BUDGET_MS,
			longestPauseMs: LONGEST_PAUSE_MS,
			limits: [isExecution ? 'executions of API v1' : 'requests of API v1'],
			explain: (known, refused) => explainV1(name, known, refused),
		});
		return readJson(this.transport, facts, answer) as V1Answer<N>;
	}
}
