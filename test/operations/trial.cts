import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { Client } from '../emulator/client.cts';
import { startEmulator, type Emulator, type Scope } from '../emulator/index.cts';
import { runNode, type NodeRun, type NodeRunResult } from '../harness/engine.cts';

/** Starts an AutoGPT in which all trials can be made. */
export async function startForTrials(): Promise<Emulator> {
	const mode = { rateLimitHeaders: false, emptyFolderId: 'root' } as const;
	return await startEmulator({ limits: false, mode });
}

/** An account of its own for one trial, on an emulator that trials share. */
export class World {
	readonly client: Client;

	constructor(readonly emulator: Emulator) {
		this.client = new Client(emulator, emulator.createAccount());
	}

	get account() {
		return this.client.account;
	}

	/** Sends JSON straight to the emulator, to make what a trial needs. */
	async send<T>(method: string, path: string, json: unknown): Promise<T> {
		const { status, body, text } = await this.client.call<T>(method, path, { json });
		if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
		return body;
	}

	async run(
		parameters: INodeParameters,
		items?: INodeExecutionData[],
		scopes?: Scope[],
	): Promise<NodeRunResult> {
		const apiKey = scopes ? this.account.createKey({ scopes }) : this.client.key;
		const credential = { apiKey, baseUrl: this.emulator.baseUrl };
		return await runNode({ credential, parameters, items });
	}

	/** Runs the node with settings of its own. */
	async runWith(parameters: INodeParameters, options: Partial<NodeRun>): Promise<NodeRunResult> {
		const credential = { apiKey: this.client.key, baseUrl: this.emulator.baseUrl };
		return await runNode({ credential, parameters, ...options });
	}
}

/** One way to use one operation of the node, with what must come of it. */
export interface Trial {
	/** Resource and operation, for example `agent.get`. */
	use: `${string}.${string}`;
	/** What is special about this use, where an operation has several. */
	about?: string;
	/** Makes what the operation needs, and returns its parameters. */
	given: (world: World) => INodeParameters | Promise<INodeParameters>;
	items?: INodeExecutionData[];
	/** What the first item must have. */
	returns: object;
	/** Example of the contract with what the emulator of these tests has none of. */
	example?: string;
	/** Parameters with which nothing is found, in an account with nothing in it unless it is made. */
	empty?: INodeParameters | Trial['given'];
	/** Parameters that name something unknown; the message then has the name `nobody`. */
	unknown?: INodeParameters;
	/** The permission that a refusal must name, where the parameters decide on it. */
	scope?: Scope;
}

/** In `returns`: any value that passes a test. The test runner knows this shape as a matcher. */
export function some(test: (value: unknown) => boolean): object {
	return {
		$$typeof: Symbol.for('jest.asymmetricMatcher'),
		asymmetricMatch: test,
		toString: () => 'some',
		toAsymmetricMatcher: () => `some value with ${test}`,
	};
}

export const someText = some((value) => typeof value === 'string' && value !== '');

/** Parameters of the node for a trial. */
export function parametersFor(trial: Trial, given: INodeParameters): INodeParameters {
	const [resource = '', operation = ''] = trial.use.split('.');
	return { resource, operation, ...given };
}
