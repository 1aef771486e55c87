import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { greetingAgent } from '../emulator/agents';
import type { EmulatorOptions } from '../emulator/index.cts';
import { setStage, type Stage } from './account.cts';
import { rl } from './locator.cts';

/** Settings of a node that puts failed items out. */
export const CONTINUE = { settings: { onError: 'continueRegularOutput' } } as const;

/** Minutes; short enough for a test. */
export const MOMENT = 0.002;

/** Waits until something is so; the test's own timeout ends it. */
export async function until(isSo: () => boolean): Promise<void> {
	while (!isSo()) await new Promise((resume) => setTimeout(resume, 5));
}

/** Parameters of Run > Wait for the run that each item names. */
export const wait = (options: INodeParameters = {}): INodeParameters => ({
	resource: 'run',
	operation: 'wait',
	runId: rl('={{ $json.run }}'),
	options,
});

/** Items that name runs. */
export const itemsOf = (...runs: string[]): INodeExecutionData[] =>
	runs.map((run) => ({ json: { run } }));

/** An emulator with runs that move only as a test says. */
export interface WaitingStage {
	readonly stage: Stage;
	/** The agent of these runs. */
	readonly agentId: string;
	started(status?: 'RUNNING' | 'QUEUED', name?: string): string;
	finish(run: string, greeting?: string): void;
	/** Requests since the test began. */
	asked(method: string, path: RegExp): Stage['emulator']['requests'];
}

/**
 * Sets up an emulator for the tests of a `describe`; how it behaves is reset after each of them.
 *
 * @returns what can be used within tests
 */
export function useWaitingStage(mode: EmulatorOptions['mode'] = {}): WaitingStage {
	let stage: Stage;
	let agentId: string;
	let usualMode: Stage['emulator']['mode'];

	beforeAll(async () => {
		// Without these headers, which have the node spread its requests over minutes.
		stage = await setStage({ mode: { rateLimitHeaders: false, ...mode } });
		usualMode = { ...stage.emulator.mode };
		({ agentId } = stage.account.createAgent(greetingAgent, { manual: true }));
	});

	beforeEach(() => {
		stage.emulator.requests.length = 0;
	});

	afterEach(() => {
		stage.emulator.faults.clear();
		Object.assign(stage.emulator.mode, usualMode);
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	return {
		get stage() {
			return stage;
		},
		get agentId() {
			return agentId;
		},
		started: (status = 'RUNNING', name = 'Ada') => {
			const run = stage.account.startRun(agentId, { name });
			if (status === 'RUNNING') stage.account.setRunStatus(run, status);
			return run;
		},
		finish: (run, greeting = 'Hello!') => {
			stage.account.finishRun(run, 'COMPLETED', { greeting: [greeting] });
		},
		asked: (method, path) =>
			stage.emulator.requests.filter((one) => one.method === method && path.test(one.path)),
	};
}
