import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { slowAgent } from '../emulator/agents';
import { startEmulator, type RecordedRequest } from '../emulator/index.cts';
import type { Executed, ExecutionsJob } from './executionsChild.cts';
import type { WayName, Work } from './ways.cts';

/** Executions that are measured. */
export interface ExecutionsCase {
	way: WayName;
	executions: number;
	/** Pause between the beginnings of two; 0 for all at once. */
	everyMs: number;
	/** How long each run takes. */
	runSeconds: number;
	/** How many plain processes share them. They share nothing else; n8n's queue mode is not in it. */
	processes?: number;
}

/** What came of them, as AutoGPT saw it, too. */
export interface ExecutionsResult extends Executed {
	requests: readonly RecordedRequest[];
	/** Requests that were refused for a rate limit. */
	refused: number;
	/** The most requests within one minute of AutoGPT's clock, whose limits go by it. */
	mostInAMinute: number;
}

export const MINUTE_MS = 60_000;

async function inChild(job: ExecutionsJob): Promise<Executed> {
	return await new Promise((resolve, reject) => {
		const child = fork(join(__dirname, 'executionsChild.cts'), {
			execArgv: ['--require', 'tsx/cjs'],
		});
		child.once('message', (answer: { executed: Executed } | { reason: string }) => {
			child.kill();
			if ('executed' in answer) resolve(answer.executed);
			else reject(new Error(answer.reason));
		});
		child.once('exit', (code) => reject(new Error(`The measuring process ended with ${code}`)));
		child.send(job);
	});
}

function mostInAMinute(requests: readonly RecordedRequest[]): number {
	const minutes = new Map<number, number>();
	for (const { at } of requests) {
		const minute = Math.floor(at.getTime() / MINUTE_MS);
		minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
	}
	return Math.max(0, ...minutes.values());
}

/** What AutoGPT saw of the executions. */
export function seenBy(
	requests: readonly RecordedRequest[],
): Omit<ExecutionsResult, keyof Executed> {
	return {
		requests,
		refused: requests.filter(({ status }) => status === 429).length,
		mostInAMinute: mostInAMinute(requests),
	};
}

/** Carries out executions against an AutoGPT emulator of their own, with its limits. */
export async function measureExecutions(each: ExecutionsCase): Promise<ExecutionsResult> {
	const { way, executions, everyMs, runSeconds, processes = 1 } = each;
	const emulator = await startEmulator({ checkContract: false });
	try {
		const account = emulator.createAccount();
		const { agentId } = account.createAgent(slowAgent);
		const work: Work = {
			baseUrl: emulator.baseUrl,
			apiKey: account.createKey(),
			agentId,
			seconds: [runSeconds],
			pollSeconds: runSeconds >= 30 ? 10 : 2,
		};
		const other = emulator.createAccount();
		const warmUp: Work = {
			...work,
			apiKey: other.createKey(),
			agentId: other.createAgent(slowAgent).agentId,
			seconds: [0],
			pollSeconds: 1,
		};
		// So that all counts begin with a window of the limits.
		if (everyMs > 0) await sleep(MINUTE_MS - (Date.now() % MINUTE_MS));
		const job = {
			...{ way, work, warmUp },
			executions: executions / processes,
			everyMs: everyMs * processes,
		};
		const executed = await Promise.all(
			Array.from({ length: processes }, async (_, index) => {
				await sleep(index * everyMs);
				return await inChild(job);
			}),
		);
		const requests = emulator.requests.filter(({ account: of }) => of === account.userId);
		return {
			durations: executed.flatMap(({ durations }) => durations).sort((a, b) => a - b),
			failures: executed.flatMap(({ failures }) => failures),
			...seenBy(requests),
		};
	} finally {
		await emulator.close();
	}
}
