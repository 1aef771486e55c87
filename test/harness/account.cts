import type { INodeParameters } from 'n8n-workflow';

import {
	startEmulator,
	type Account,
	type Emulator,
	type EmulatorOptions,
} from '../emulator/index.cts';
import { runNode, type NodeRun, type NodeRunResult } from './engine.cts';
import { rl } from './locator.cts';

/** An AutoGPT emulator with one account, and a short way to run the node as that account. */
export interface Stage {
	emulator: Emulator;
	account: Account;
	key: string;
	/** Runs the AutoGPT node with these parameters; `key` and more may be replaced. */
	run(
		parameters: INodeParameters,
		options?: Partial<NodeRun> & { key?: string },
	): Promise<NodeRunResult>;
}

/** Starts an emulator of its own for a test file. */
export async function setStage(options?: EmulatorOptions): Promise<Stage> {
	const emulator = await startEmulator({ limits: false, ...options });
	const account = emulator.createAccount();
	const key = account.createKey();
	return {
		emulator,
		account,
		key,
		run: async (parameters, { key: other, ...rest } = {}) =>
			await runNode({
				credential: { apiKey: other ?? key, baseUrl: emulator.baseUrl },
				parameters,
				...rest,
			}),
	};
}

/** Parameters of Agent > Run and Wait with JSON inputs. */
export function runAndWait(
	agentId: string,
	inputs: unknown,
	options: INodeParameters = {},
): INodeParameters {
	return {
		resource: 'agent',
		operation: 'runAndWait',
		agentId: rl(agentId),
		inputsMode: 'json',
		inputsJson: typeof inputs === 'string' ? inputs : JSON.stringify(inputs),
		options,
	};
}

/** What a failed item says under Continue On Fail. */
export function failureOf(item: { json: object } | undefined): {
	message: string;
	description: string;
	status?: number;
	run?: Record<string, unknown>;
} {
	const json = item?.json as { failure?: ReturnType<typeof failureOf> };
	if (!json?.failure) throw new Error(`The item has not failed: ${JSON.stringify(json)}`);
	return json.failure;
}
