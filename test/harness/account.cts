import type { INodeParameters } from 'n8n-workflow';

import {
	startPlatform,
	type Account,
	type Platform,
	type PlatformOptions,
} from '../platform/index.cts';
import { runNode, type NodeRun, type NodeRunResult } from './engine.cts';

/** A local platform with one account, and a short way to run the node as that account. */
export interface Stage {
	platform: Platform;
	account: Account;
	key: string;
	/** Runs the AutoGPT node with these parameters; `key` and more may be replaced. */
	run(
		parameters: INodeParameters,
		options?: Partial<NodeRun> & { key?: string },
	): Promise<NodeRunResult>;
}

/** Starts a platform of its own for a test file. */
export async function setStage(options?: PlatformOptions): Promise<Stage> {
	const platform = await startPlatform({ limits: false, ...options });
	const account = platform.createAccount();
	const key = account.createKey();
	return {
		platform,
		account,
		key,
		run: async (parameters, { key: other, ...rest } = {}) =>
			await runNode({
				credential: { apiKey: other ?? key, baseUrl: platform.baseUrl },
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
		agentId: { __rl: true, mode: 'id', value: agentId },
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
} {
	const json = item?.json as {
		failure?: { message: string; description: string; status?: number };
	};
	if (!json?.failure) throw new Error(`The item has not failed: ${JSON.stringify(json)}`);
	return json.failure;
}
